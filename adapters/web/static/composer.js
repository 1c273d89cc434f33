// Where people type: Enter sends, Shift+Enter breaks the line, "/" offers what could follow, and
// files that are dropped, chosen or pasted wait here for the line that they go with.

import { asFile, bring, KINDS, sized } from "bring";
import { delivery, whole } from "delivery";
import { h } from "vue";

const PAUSE_MS = 60;
const COMPLETED = 1000;
const PAGE = delivery(); // told from the one that was here before a reload

const content = ({ what, files }) => JSON.stringify([what, files.map(({ id }) => id)]);

export default {
  props: {
    owner: String,
    place: String,
    label: String,
    most: Number,
    largest: Number,
    offers: Object,
    settled: Array,
  },
  emits: ["send", "complete"],
  // `word` is what was said last, and to what; `waiting` is what was sent and not yet settled, in
  // order; `unsure` is what may have arrived before a reload.
  data: () => ({ text: "", files: [], waiting: [], unsure: null, chosen: 0, moved: false, dismissed: "", word: null }),
  computed: {
    items() {
      const open = this.text.startsWith("/") && this.text !== this.dismissed;
      return open && this.offers.text === this.text ? this.offers.items : [];
    },
    tooLong() {
      return this.text.length > this.most;
    },
    ready() {
      const coming = this.files.some((file) => file.state === "coming");
      return !this.tooLong && !coming && (this.text.trim() || this.here.length > 0);
    },
    here() {
      return this.files.filter((file) => file.state === "here");
    },
    said() {
      if (this.tooLong) {
        const [has, fit] = [this.text.length, this.most].map((count) => count.toLocaleString());
        return `This has ${has} characters; ${fit} fit. Hand a longer text over as a file.`;
      }
      const { word } = this;
      return word && word.text === this.text && word.files === this.files.length ? word.said : "";
    },
  },
  created() {
    this.restore();
  },
  mounted() {
    this.grow();
    this.pane = this.$el.closest(".pane");
    for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) this.pane.addEventListener(kind, this.drag);
  },
  unmounted() {
    for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) this.pane.removeEventListener(kind, this.drag);
  },
  watch: {
    place() {
      this.restore();
      // It may have been out of sight so far, and had no height.
      this.$nextTick(this.grow);
    },
    text() {
      this.chosen = 0;
      this.moved = false;
      this.keep();
      this.$nextTick(this.grow);
      clearTimeout(this.pause);
      if (!this.text.startsWith("/") || this.text.length > COMPLETED) return;
      this.pause = setTimeout(() => this.$emit("complete", this.text), PAUSE_MS);
    },
    settled() {
      this.settle();
    },
  },
  methods: {
    // What was sent and not yet settled comes back after a reload, so that no line is lost.
    restore() {
      const { page, text = "", files = [], waiting = [] } = JSON.parse(sessionStorage.getItem(this.key()) ?? "{}");
      Object.assign(this, { text, files, waiting, word: null, unsure: null });
      this.settle();
      if (page === PAGE || !this.waiting.length) return;
      if (!this.text && this.waiting.length === 1) [this.unsure] = this.waiting;
      this.giveBack(this.waiting.splice(0));
    },
    settle() {
      const fates = new Map(this.settled);
      const back = this.waiting.filter(({ delivery }) => fates.get(delivery) != null);
      this.waiting = this.waiting.filter(({ delivery }) => !fates.has(delivery));
      this.giveBack(back);
      if (back.length) this.say(fates.get(back.at(-1).delivery));
      this.keep();
    },
    giveBack(lines) {
      this.text = [...lines.map(({ what }) => what), this.text].filter(Boolean).join("\n");
      this.files = [...lines.flatMap(({ files }) => files), ...this.files];
    },
    keep() {
      const { text, waiting } = this;
      try {
        const kept = JSON.stringify({ page: PAGE, text, waiting, files: this.here });
        if (text || waiting.length || this.here.length) sessionStorage.setItem(this.key(), kept);
        else sessionStorage.removeItem(this.key());
      } catch {
        // A full store only costs the text's survival of a reload.
      }
    },
    // Whoever enters next in this window finds nothing of it.
    key() {
      return `podium text ${this.owner} ${this.place}`;
    },
    say(said) {
      this.word = said ? { said, text: this.text, files: this.files.length } : null;
    },
    grow() {
      const { area } = this.$refs;
      area.style.height = "auto";
      // To measure a text of millions takes seconds, and it fills the height anyway.
      if (this.tooLong) area.style.height = "40vh";
      else if (area.scrollHeight) area.style.height = `${area.scrollHeight}px`;
      else return;
      area.style.overflowY = this.tooLong || area.scrollHeight > area.clientHeight ? "auto" : "hidden";
    },
    send() {
      if (!this.ready) return;
      const line = { what: whole(this.text), delivery: delivery(), files: this.here };
      // Sent once more after a reload it is the same delivery, which counts once.
      if (this.unsure && content(this.unsure) === content(line)) line.delivery = this.unsure.delivery;
      this.waiting.push(line);
      this.$emit("send", { ...line, files: line.files.map(({ id }) => id) });
      this.unsure = null;
      this.text = "";
      this.files = [];
      this.word = null;
      this.keep();
    },
    take([line]) {
      this.text = line;
      this.$nextTick(() => this.$refs.area.focus());
    },

    // --- files --------------------------------------------------------------

    async bring(chosen) {
      for (const file of chosen) {
        this.files.push({ key: delivery(), name: file.name, size: file.size, state: "coming" });
        const entry = this.files.at(-1);
        Object.assign(entry, await bring(file, this.largest));
        this.keep();
      }
    },
    drag(event) {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      // The pane is another element's, which keeps what it does not know of.
      if (event.type === "drop") this.bring([...event.dataTransfer.files]);
      if (event.type === "drop" || (event.type === "dragleave" && !this.pane.contains(event.relatedTarget)))
        delete this.pane.dataset.drop;
      else this.pane.dataset.drop = "";
    },
    paste(event) {
      const { files, types } = event.clipboardData;
      const text = event.clipboardData.getData("text/plain");
      if (files.length && !types.includes("text/plain")) {
        event.preventDefault();
        this.bring([...files]);
      } else if (this.text.length + text.length > this.most) {
        event.preventDefault();
        this.bring([asFile(text)]);
        this.say(`What you pasted has ${text.length.toLocaleString()} characters, more than fit in a line: it is here as a file.`);
      }
    },
    choose(event) {
      this.bring([...event.target.files]);
      event.target.value = "";
    },
    chip(file, n) {
      const remove = () => {
        this.files.splice(n, 1);
        this.keep();
        this.$refs.area.focus();
      };
      const said = file.state === "refused" ? file.error : [file.name, h("span", { class: "detail" }, sized(file.size))];
      return h("li", { key: file.key ?? file.id, class: file.state, role: file.state === "refused" ? "alert" : undefined }, [
        h("span", said),
        file.state === "coming" ? h("span", { class: "detail" }, "coming…") : null,
        h("button", { type: "button", class: "quiet", "aria-label": `Remove ${file.name}`, onClick: remove }, "✕"),
      ]);
    },

    // --- keys ---------------------------------------------------------------

    typed(event) {
      if (event.isComposing) return;
      const { length } = this.items;
      if (length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
        event.preventDefault();
        this.chosen = (this.chosen + (event.key === "ArrowDown" ? 1 : length - 1)) % length;
        this.moved = true;
        this.$nextTick(() => document.getElementById(`${this.listId}-${this.chosen}`)?.scrollIntoView({ block: "nearest" }));
      } else if (length && (event.key === "Tab" || (event.key === "Enter" && this.moved)) && !event.shiftKey) {
        event.preventDefault();
        this.take(this.items[this.chosen]);
      } else if (length && event.key === "Escape") {
        event.stopPropagation();
        this.dismissed = this.text;
      } else if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        this.send();
      }
    },
    offer([line, shown, about], n) {
      const props = {
        key: line,
        id: `${this.listId}-${n}`,
        role: "option",
        "aria-selected": n === this.chosen,
        onMousedown: (event) => event.preventDefault(),
        onClick: () => this.take([line]),
      };
      return h("li", props, [h("span", { class: "shown" }, shown), " ", about ? h("span", { class: "about" }, about) : null]);
    },
  },
  render() {
    this.listId = `offers-${this.$el?.id ?? ""}`;
    const open = this.items.length > 0;
    const list = h("ul", { class: "offers", role: "listbox", id: this.listId, "aria-label": "What could follow" }, [
      ...this.items.map(this.offer),
      h("li", { class: "keys", role: "presentation" }, "Tab takes it, Enter sends"),
    ]);
    const area = h("textarea", {
      ref: "area",
      rows: 1,
      value: this.text,
      placeholder: this.label,
      "aria-label": this.label,
      role: "combobox",
      "aria-expanded": open,
      "aria-autocomplete": "list",
      "aria-controls": open ? this.listId : undefined,
      "aria-activedescendant": open ? `${this.listId}-${this.chosen}` : undefined,
      onInput: (event) => ((this.text = event.target.value), (this.unsure = null)),
      onKeydown: this.typed,
      onPaste: this.paste,
    });
    const clip = h("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, [
      h("path", { d: "M13.5 6.5 7.8 12.2a1.6 1.6 0 0 0 2.3 2.3l6-6a3.2 3.2 0 0 0-4.6-4.6l-6.2 6.2a4.9 4.9 0 0 0 6.9 6.9l4.6-4.6" }),
    ]);
    const attach = { type: "button", class: "quiet attach", "aria-label": "Attach files", title: KINDS };
    return h("form", { class: "composer", onSubmit: (event) => (event.preventDefault(), this.send()) }, [
      open ? list : null,
      this.files.length ? h("ul", { class: "chips", "aria-label": "Files that go with the next /delegate" }, this.files.map(this.chip)) : null,
      this.said ? h("p", { class: "error", role: "alert" }, this.said) : null,
      h("div", { class: "row" }, [
        h("input", { ref: "files", type: "file", multiple: true, hidden: true, onChange: this.choose }),
        h("button", { ...attach, onClick: () => this.$refs.files.click() }, clip),
        area,
        h("button", { class: "primary", type: "submit", disabled: !this.ready }, "Send"),
      ]),
    ]);
  },
};
