// A form in a dialog: the proper control for each kind of input, errors beside the fields.

import { delivery } from "delivery";
import { h } from "vue";

const STORE = "podium form";
const FEW = 8;

function sized(bytes) {
  return bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${Math.round(bytes / 104857.6) / 10} MB`;
}

export default {
  props: { form: Object, opened: String, owner: String, errors: Object, answered: String, most: Number },
  emits: ["submit", "close"],
  // `mended` are the fields that were changed since the form was refused.
  data: () => ({ shown: null, values: {}, files: {}, mended: {}, sent: "" }),
  computed: {
    busy() {
      return this.sent !== "" && this.sent !== this.answered;
    },
    uploading() {
      return Object.values(this.files).flat().some((file) => file.state === "coming");
    },
  },
  mounted() {
    if (this.form) this.show();
    else this.restore();
  },
  watch: {
    opened() {
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
      this.values = Object.fromEntries(this.form.fields.map((field) => [field.name, this.start(field)]));
      this.files = {};
      this.mended = {};
      this.sent = "";
      this.open();
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
      sessionStorage.removeItem(STORE);
      this.$refs.dialog.close();
    },
    close() {
      this.hide();
      this.$emit("close");
    },
    // A form that was open when the page had to reload comes back with what was typed.
    restore() {
      const kept = JSON.parse(sessionStorage.getItem(STORE) ?? "null");
      if (!kept?.shown || kept.owner !== this.owner) return;
      ({ shown: this.shown, values: this.values, files: this.files } = kept);
      this.open();
    },
    keep() {
      const files = Object.fromEntries(
        Object.entries(this.files).map(([name, held]) => [name, held.filter((file) => file.state === "here")]),
      );
      const kept = { owner: this.owner, shown: this.shown, values: this.values, files };
      try {
        sessionStorage.setItem(STORE, JSON.stringify(kept));
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
      this.values[name] = value;
      this.mended[name] = true;
      clearTimeout(this.pause);
      this.pause = setTimeout(this.keep, 300);
    },
    submit() {
      if (this.busy || this.uploading) return;
      this.sent = delivery();
      const files = Object.fromEntries(
        Object.entries(this.files).map(([name, held]) => [
          name,
          held.filter((file) => file.state === "here").map((file) => file.id),
        ]),
      );
      this.$emit("submit", { action: this.shown.action, values: { ...this.values }, files, delivery: this.sent });
    },
    async upload(name, chosen) {
      this.files[name] ??= [];
      this.mended[name] = true;
      const held = this.files[name];
      for (const file of chosen) {
        held.push({ key: delivery(), name: file.name, size: file.size, state: "coming" });
        const entry = held.at(-1);
        try {
          Object.assign(entry, await this.bring(file));
        } catch {
          Object.assign(entry, { state: "refused", error: `${file.name} did not arrive. Choose it again.` });
        }
        this.keep();
      }
    },
    async bring(file) {
      if (file.size > this.most) {
        const error = `${file.name} is larger than ${sized(this.most)}, the most that a file may have.`;
        return { state: "refused", error };
      }
      const address = `/upload?name=${encodeURIComponent(file.name)}`;
      const response = await fetch(address, { method: "POST", body: file });
      const answer = await response.json();
      return response.ok ? { state: "here", id: answer.id } : { state: "refused", error: answer.error };
    },

    // --- controls -----------------------------------------------------------

    control(field, common) {
      const value = this.values[field.name];
      const onInput = (event) => this.set(field.name, event.target.value);
      switch (field.type) {
        case "long":
          return h("textarea", { ...common, rows: 6, value, onInput });
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
          return this.select(field, common);
        case "many":
          return this.options(field, "checkbox");
        case "files":
          return this.chooser(field, common);
        default:
          return h("input", { ...common, type: "text", autocomplete: "off", value, onInput });
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
        this.upload(field.name, event.dataTransfer.files);
      };
      const chosen = (event) => {
        this.upload(field.name, [...event.target.files]);
        event.target.value = "";
      };
      return h("div", { class: "files", onDragover: (event) => event.preventDefault(), onDrop: take }, [
        h("label", { class: "pick" }, [
          h("input", { ...common, class: "unseen", type: "file", multiple: true, onChange: chosen }),
          h("span", "Choose files"),
        ]),
        h("p", { class: "about" }, "Text, Markdown, PDF, Word or CSV, 25 MB each. Drop them here or choose."),
        h("ul", (this.files[field.name] ?? []).map((file, n) => this.file(field, file, n))),
      ]);
    },
    file(field, file, n) {
      const remove = () => {
        this.files[field.name].splice(n, 1);
        this.keep();
      };
      return h("li", { key: file.key, class: file.state }, [
        h("span", file.state === "refused" ? file.error : `${file.name} · ${sized(file.size)}`),
        file.state === "coming" ? h("span", { class: "detail" }, "coming…") : null,
        h("button", { type: "button", class: "quiet", "aria-label": `Remove ${file.name}`, onClick: remove }, "Remove"),
      ]);
    },
    error(field) {
      return this.mended[field.name] ? "" : this.errors[field.name] || field.error;
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
