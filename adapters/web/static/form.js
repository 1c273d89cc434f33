// A form in a dialog: the proper control for each kind of input, errors beside the fields.

import { asFile, bring, KINDS, sized } from "bring";
import { delivery, whole } from "delivery";
import { h } from "vue";

const OPEN = "podium form"; // the form that is open in this tab
const KEPT = "podium kept "; // what was filled in, by member and form, until it is sent
const WEEK_MS = 7 * 86_400_000;
const FEW = 8;
// Bytes of one message: the page's library drops what is larger, and says nothing.
const MOST_SENT = 900_000;

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const counted = (number) => number.toLocaleString();

export default {
  props: {
    form: Object,
    opened: String,
    owner: String,
    errors: Object,
    answered: String,
    brought: Object,
    most: Number,
    largest: Number,
  },
  emits: ["submit", "close"],
  // `starts` is what the fields held at first, `mended` are the fields that were changed since the form was refused, `wrong` is what the page
  // itself has to say about them; `unsent` is the delivery of what may have arrived before a reload.
  data: () => ({ shown: null, starts: {}, values: {}, files: {}, mended: {}, wrong: {}, sent: "", unsent: "", resumed: false }),
  computed: {
    busy() {
      return this.sent !== "" && this.sent !== this.answered;
    },
    uploading() {
      return Object.values(this.files).flat().some((file) => file.state === "coming");
    },
  },
  mounted() {
    this.sweep();
    addEventListener("pagehide", () => this.shown && this.keep());
    if (this.form) this.show();
    else this.restore();
  },
  watch: {
    opened() {
      if (this.shown && this.sent) localStorage.removeItem(this.key());
      if (this.form) this.show();
      else this.hide();
    },
    form(form) {
      // The same form, refused: what was typed stays as it was typed.
      if (!form || !this.shown) return;
      this.shown = form;
      this.$nextTick(this.focus);
    },
    answered(answered) {
      this.mended = {};
      if (answered === this.sent && (this.form || Object.keys(this.errors).length)) this.$nextTick(this.focus);
    },
  },
  methods: {
    show() {
      this.shown = this.form;
      this.starts = Object.fromEntries(this.form.fields.map((field) => [field.name, this.start(field)]));
      this.fresh();
      this.resume();
      for (const [name, files] of Object.entries(this.brought ?? {})) {
        const here = files.map((file) => ({ ...file, key: file.id, state: "here" }));
        this.files[name] = [...(this.files[name] ?? []), ...here];
      }
      this.open();
    },
    fresh() {
      this.values = { ...this.starts };
      this.files = {};
      this.mended = {};
      this.wrong = {};
      this.sent = "";
      this.unsent = "";
      this.resumed = false;
    },
    start(field) {
      if (field.type === "many") return field.value ?? [];
      if (field.type === "yes_no") return field.value ?? false;
      return field.value === null || field.value === undefined ? "" : String(field.value);
    },
    open() {
      this.keep();
      this.$nextTick(() => {
        if (!this.$refs.dialog.open) this.$refs.dialog.showModal();
        this.focus();
      });
    },
    hide() {
      clearTimeout(this.pause);
      this.shown = null;
      sessionStorage.removeItem(OPEN);
      this.$refs.dialog.close();
    },
    close() {
      if (this.shown) this.keep();
      this.hide();
      this.$emit("close");
    },

    // --- what was typed and not sent ------------------------------------------

    key() {
      return `${KEPT}${this.owner} ${this.shown.action}`;
    },
    // What is older than a week goes, whoever filled it in.
    sweep() {
      for (const key of Object.keys(localStorage).filter((key) => key.startsWith(KEPT))) {
        const { at } = JSON.parse(localStorage.getItem(key));
        if (!(Date.now() - at < WEEK_MS)) localStorage.removeItem(key);
      }
    },
    // Fill in what this person filled in before; what the form itself says anew stands.
    resume() {
      const kept = JSON.parse(localStorage.getItem(this.key()) ?? "null");
      if (!kept) return;
      for (const { name } of this.shown.fields) {
        if (name in kept.values && same(kept.starts[name], this.starts[name])) {
          this.values[name] = kept.values[name];
          this.resumed = true;
        }
        if (kept.files[name]?.length) {
          this.files[name] = kept.files[name];
          this.resumed = true;
        }
      }
    },
    startOver() {
      localStorage.removeItem(this.key());
      this.fresh();
      this.keep();
      this.$nextTick(this.focus);
    },
    // A form that was open when the page had to reload comes back with what was typed.
    restore() {
      const kept = JSON.parse(sessionStorage.getItem(OPEN) ?? "null");
      if (!kept?.shown || kept.owner !== this.owner) return;
      ({ shown: this.shown, starts: this.starts, values: this.values, files: this.files, sent: this.unsent } = kept);
      this.open();
    },
    keep() {
      const files = Object.fromEntries(
        Object.entries(this.files).map(([name, held]) => [name, held.filter((file) => file.state === "here")]),
      );
      const { owner, shown, starts, sent } = this;
      const changed = Object.entries(this.values).filter(([name, value]) => !same(value, starts[name]));
      const values = Object.fromEntries(changed);
      try {
        sessionStorage.setItem(OPEN, JSON.stringify({ owner, shown, starts, values: this.values, files, sent }));
        if (changed.length || Object.values(files).flat().length)
          localStorage.setItem(this.key(), JSON.stringify({ at: Date.now(), values, starts, files }));
        else localStorage.removeItem(this.key());
      } catch {
        // A full store only costs the form's survival of a reload.
      }
    },
    focus() {
      const dialog = this.$refs.dialog;
      const wrong = dialog.querySelector("[aria-invalid=true]");
      const first = dialog.querySelector("input:not([type=hidden]), textarea, select") ?? dialog;
      // What a form asks stands above its first field, and stays in sight.
      if (wrong) wrong.focus();
      else first.focus({ preventScroll: true });
    },
    set(name, value) {
      this.values[name] = typeof value === "string" ? whole(value) : value;
      this.touch(name);
      clearTimeout(this.pause);
      this.pause = setTimeout(this.keep, 300);
    },
    touch(name) {
      this.mended[name] = true;
      this.unsent = "";
      delete this.wrong[name];
    },
    submit() {
      if (this.busy || this.uploading) return;
      const files = Object.fromEntries(
        Object.entries(this.files).map(([name, held]) => [
          name,
          held.filter((file) => file.state === "here").map((file) => file.id),
        ]),
      );
      // Sent once more after a reload it is the same delivery, which counts once.
      const sent = { action: this.shown.action, values: { ...this.values }, files, delivery: this.unsent || delivery() };
      this.wrong = this.tooLarge(sent);
      if (Object.keys(this.wrong).length) {
        this.$nextTick(this.focus);
        return;
      }
      clearTimeout(this.pause);
      this.unsent = "";
      this.sent = sent.delivery;
      this.keep();
      this.$emit("submit", sent);
    },
    // By field what is wrong with texts that would not arrive.
    tooLarge(sent) {
      const texts = this.shown.fields.filter(({ name }) => typeof this.values[name] === "string");
      const long = texts.filter(({ name }) => this.values[name].length > this.most);
      const fit = `at most ${counted(this.most)} fit here. Shorten it, or hand it over as a file.`;
      if (long.length)
        return Object.fromEntries(long.map(({ name }) => [name, `This has ${counted(this.values[name].length)} characters; ${fit}`]));
      if (new Blob([JSON.stringify(JSON.stringify(sent))]).size <= MOST_SENT) return {};
      const largest = texts.reduce((one, other) => (this.values[one.name].length < this.values[other.name].length ? other : one));
      return { [largest.name]: "Together, the texts of this form are too large to be sent at once. Shorten this one, or hand it over as a file." };
    },
    paste(field, event) {
      const text = event.clipboardData.getData("text/plain");
      if (text.length <= this.most) return;
      event.preventDefault();
      const into = this.shown.fields.find((one) => one.type === "files");
      const what = `What you pasted has ${counted(text.length)} characters; at most ${counted(this.most)} fit here.`;
      if (into) this.upload(into.name, [asFile(text)]);
      this.wrong[field.name] = into ? `${what} It is under “${into.label}”, as a file.` : `${what} It was left out: paste a part of it.`;
    },
    async upload(name, chosen) {
      this.files[name] ??= [];
      this.touch(name);
      const held = this.files[name];
      for (const file of chosen) {
        held.push({ key: delivery(), name: file.name, size: file.size, state: "coming" });
        const entry = held.at(-1);
        Object.assign(entry, await bring(file, this.largest));
        if (this.shown) this.keep();
      }
    },

    // --- controls -----------------------------------------------------------

    control(field, common) {
      const value = this.values[field.name];
      const onInput = (event) => this.set(field.name, event.target.value);
      switch (field.type) {
        case "long":
          return h("textarea", { ...common, rows: 6, value, onInput, onPaste: (event) => this.paste(field, event) });
        case "number":
          // Not type=number, which keeps what it cannot read to itself and says nothing.
          return h("input", { ...common, inputmode: "decimal", autocomplete: "off", value, onInput });
        case "date":
          return h("input", { ...common, type: "date", value, onInput });
        case "yes_no":
          return this.yesNo(field, common);
        case "choice":
          return field.options.length <= FEW ? this.options(field, "radio") : this.select(field, common);
        case "person":
        case "where":
          return this.select(field, common);
        case "many":
          return this.options(field, "checkbox");
        case "files":
          return this.chooser(field, common);
        default:
          return h("input", { ...common, type: "text", autocomplete: "off", value, onInput, onPaste: (event) => this.paste(field, event) });
      }
    },
    yesNo(field, common) {
      const onChange = (event) => this.set(field.name, event.target.checked);
      return h("label", { class: "option" }, [
        h("input", { ...common, type: "checkbox", checked: this.values[field.name], onChange }),
        field.about || "Yes",
      ]);
    },
    select(field, common) {
      const onChange = (event) => this.set(field.name, event.target.value);
      const value = this.values[field.name];
      return h("select", { ...common, value, onChange }, [
        h("option", { value: "" }, "Choose…"),
        ...field.options.map(([option, shown]) => h("option", { value: option, selected: option === value }, shown)),
      ]);
    },
    options(field, type) {
      const value = this.values[field.name];
      const change = (option, checked) => {
        if (type === "radio") this.set(field.name, option);
        else this.set(field.name, checked ? [...value, option] : value.filter((other) => other !== option));
      };
      return h(
        "div",
        { class: "options" },
        field.options.map(([option, shown]) =>
          h("label", { class: "option", key: option }, [
            h("input", {
              type,
              name: `field-${field.name}`,
              value: option,
              checked: type === "radio" ? value === option : value.includes(option),
              "aria-invalid": this.error(field) ? true : undefined,
              onChange: (event) => change(option, event.target.checked),
            }),
            shown,
          ]),
        ),
      );
    },
    chooser(field, common) {
      const take = (event) => {
        event.preventDefault();
        this.upload(field.name, [...event.dataTransfer.files]);
      };
      const chosen = (event) => {
        this.upload(field.name, [...event.target.files]);
        event.target.value = "";
      };
      return h("div", { class: "files", onDragover: (event) => event.preventDefault(), onDrop: take }, [
        h("label", { class: "choose" }, [
          h("input", { ...common, class: "unseen", type: "file", multiple: true, onChange: chosen }),
          h("span", "Choose files"),
        ]),
        h("p", { class: "about" }, `${KINDS} Drop them here or choose.`),
        h("ul", (this.files[field.name] ?? []).map((file, n) => this.file(field, file, n))),
      ]);
    },
    file(field, file, n) {
      const remove = () => {
        this.files[field.name].splice(n, 1);
        this.touch(field.name);
        this.keep();
      };
      return h("li", { key: file.key, class: file.state }, [
        h("span", file.state === "refused" ? file.error : `${file.name} · ${sized(file.size)}`),
        file.state === "coming" ? h("span", { class: "detail" }, "coming…") : null,
        h("button", { type: "button", class: "quiet", "aria-label": `Remove ${file.name}`, onClick: remove }, "Remove"),
      ]);
    },
    again() {
      return h("p", { class: "again" }, [
        "What you filled in before is here again. ",
        h("button", { type: "button", class: "quiet", onClick: this.startOver }, "Start over"),
      ]);
    },
    error(field) {
      const { name } = field;
      return this.wrong[name] || (this.mended[name] ? "" : this.errors[name] || field.error);
    },
    field(field) {
      const id = `field-${field.name}`;
      const error = this.error(field);
      const grouped = field.type === "many" || (field.type === "choice" && field.options.length <= FEW);
      const described = [error ? `${id}-error` : "", field.about ? `${id}-about` : ""].filter(Boolean).join(" ");
      const common = {
        id,
        "aria-invalid": error ? true : undefined,
        "aria-describedby": described || undefined,
      };
      const label = [field.label, field.required || field.type === "yes_no" ? null : h("span", { class: "optional" }, " optional")];
      const about = field.about && field.type !== "yes_no" ? h("p", { class: "about", id: `${id}-about` }, field.about) : null;
      return h(grouped ? "fieldset" : "div", { class: ["field", { wrong: error }], key: field.name }, [
        grouped ? h("legend", label) : h("label", { for: id }, label),
        about,
        this.control(field, common),
        error ? h("p", { class: "error", id: `${id}-error`, role: "alert" }, error) : null,
      ]);
    },
  },
  render() {
    const form = this.shown;
    const props = {
      ref: "dialog",
      class: "dialog",
      "aria-labelledby": "form-title",
      onCancel: (event) => (event.preventDefault(), this.close()),
    };
    if (!form) return h("dialog", props);
    const wait = this.busy || this.uploading;
    return h("dialog", props, [
      h("form", { novalidate: true, onSubmit: (event) => (event.preventDefault(), this.submit()) }, [
        h("header", [h("h2", { id: "form-title" }, form.title)]),
        h("div", { class: "fields" }, [
          form.about ? h("div", { class: "about", innerHTML: form.about }) : null,
          this.resumed ? this.again() : null,
          ...form.fields.map(this.field),
        ]),
        h("footer", [
          h("button", { type: "button", onClick: this.close }, "Cancel"),
          h("button", { type: "submit", class: "primary", "aria-disabled": wait || undefined, "aria-busy": this.busy || undefined }, form.submit),
        ]),
      ]),
    ]);
  },
};
