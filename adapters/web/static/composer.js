// Where people type: Enter sends, Shift+Enter breaks the line, "/" offers what could follow.

import { delivery } from "delivery";
import { h } from "vue";

const PAUSE_MS = 60;

export default {
  props: { place: String, label: String, most: Number, offers: Object, answered: String, returned: String },
  emits: ["send", "complete"],
  data: () => ({ text: "", sent: null, chosen: 0, dismissed: "" }),
  computed: {
    items() {
      const open = this.text.startsWith("/") && this.text !== this.dismissed;
      return open && this.offers.text === this.text ? this.offers.items : [];
    },
    tooLong() {
      return this.text.length > this.most;
    },
  },
  created() {
    this.restore();
  },
  mounted() {
    this.grow();
  },
  watch: {
    place() {
      this.restore();
      // It may have been out of sight so far, and had no height.
      this.$nextTick(this.grow);
    },
    text() {
      this.chosen = 0;
      this.keep();
      this.$nextTick(this.grow);
      clearTimeout(this.pause);
      if (this.text.startsWith("/")) this.pause = setTimeout(() => this.$emit("complete", this.text), PAUSE_MS);
    },
    answered(delivery) {
      if (this.sent?.delivery !== delivery) return;
      this.sent = null;
      this.keep();
    },
    returned(delivery) {
      if (this.sent?.delivery !== delivery) return;
      this.text ||= this.sent.what;
      this.sent = null;
      this.keep();
    },
  },
  methods: {
    // What was sent and not yet answered comes back after a reload, so that no line is lost.
    restore() {
      const kept = JSON.parse(sessionStorage.getItem(`podium text ${this.place}`) ?? "{}");
      this.sent = null;
      this.text = kept.text || kept.sent?.what || "";
    },
    keep() {
      const kept = JSON.stringify({ text: this.text, sent: this.sent });
      try {
        if (this.text || this.sent) sessionStorage.setItem(`podium text ${this.place}`, kept);
        else sessionStorage.removeItem(`podium text ${this.place}`);
      } catch {
        // A full store only costs the text's survival of a reload.
      }
    },
    grow() {
      const area = this.$refs.area;
      area.style.height = "auto";
      if (!area.scrollHeight) return;
      area.style.height = `${area.scrollHeight}px`;
      area.style.overflowY = area.scrollHeight > area.clientHeight ? "auto" : "hidden";
    },
    send() {
      if (!this.text.trim() || this.tooLong) return;
      this.sent = { what: this.text, delivery: delivery() };
      this.$emit("send", this.sent);
      this.text = "";
    },
    take(item) {
      this.text = item;
      this.$nextTick(() => this.$refs.area.focus());
    },
    key(event) {
      if (event.isComposing) return;
      const { length } = this.items;
      if (length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
        event.preventDefault();
        this.chosen = (this.chosen + (event.key === "ArrowDown" ? 1 : length - 1)) % length;
      } else if (length && event.key === "Tab") {
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
    offer(item, n) {
      const props = {
        key: item,
        id: `${this.listId}-${n}`,
        role: "option",
        "aria-selected": n === this.chosen,
        onMousedown: (event) => event.preventDefault(),
        onClick: () => this.take(item),
      };
      return h("li", props, item);
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
      onInput: (event) => (this.text = event.target.value),
      onKeydown: this.key,
    });
    const over = `This has ${this.text.length.toLocaleString()} characters; ${this.most.toLocaleString()} fit. Hand a longer text over as a file.`;
    return h("form", { class: "composer", onSubmit: (event) => (event.preventDefault(), this.send()) }, [
      open ? list : null,
      this.tooLong ? h("p", { class: "error", role: "alert" }, over) : null,
      h("div", { class: "row" }, [
        area,
        h("button", { class: "primary", type: "submit", disabled: !this.text.trim() || this.tooLong }, "Send"),
      ]),
    ]);
  },
};
