// One message: what a person wrote, or a card with its buttons. What ends a run is asked for twice.

import { delivery } from "delivery";
import { h } from "vue";

export default {
  props: { line: Object, secret: Boolean, answered: String, note: String },
  emits: ["press", "dismiss"],
  data: () => ({ pressed: null, asked: "", copied: false }),
  computed: {
    busy() {
      return this.pressed !== null && this.pressed.delivery !== this.answered;
    },
  },
  watch: {
    note(note) {
      if (note) this.$nextTick(() => this.$el.querySelector(".note").scrollIntoView({ block: "nearest" }));
    },
  },
  methods: {
    press(action) {
      if (this.busy) return;
      this.asked = "";
      this.pressed = { what: action, delivery: delivery() };
      this.$emit("press", this.pressed);
    },
    ask(action) {
      this.asked = action;
      this.$nextTick(() => this.$el.querySelector(".sure .no").focus());
    },
    unask() {
      const action = this.asked;
      this.asked = "";
      this.$nextTick(() => this.$el.querySelector(`[data-action="${CSS.escape(action)}"]`)?.focus());
    },
    // The words stand where the button was, so that a double click ends nothing.
    sure(action) {
      const escape = (event) => event.key === "Escape" && (event.stopPropagation(), this.unask());
      return h("div", { key: action, class: "sure", role: "group", "aria-label": "Cancel this run?", onKeydown: escape }, [
        h("span", "Cancel this run?"),
        h("button", { type: "button", class: "danger", onClick: () => this.press(action) }, "Yes, cancel it"),
        h("button", { type: "button", class: "no", onClick: this.unask }, "No"),
      ]);
    },
    async copy() {
      const address = new URL(this.line.link, location.href).href;
      try {
        await navigator.clipboard.writeText(address);
      } catch {
        // Browsers let pages copy at safe addresses only; a person can, anywhere.
        prompt("The link to this message:", address);
        return;
      }
      this.copied = true;
      setTimeout(() => (this.copied = false), 2000);
    },
    button({ label, action, style }) {
      if (action === this.asked) return this.sure(action);
      const ends = action.startsWith("cancel:");
      const waits = this.busy && this.pressed.what === action;
      return h(
        "button",
        {
          key: action,
          type: "button",
          class: style,
          "data-action": action,
          "aria-disabled": this.busy || undefined,
          "aria-busy": waits || undefined,
          onClick: () => (ends && !this.busy ? this.ask(action) : this.press(action)),
        },
        label,
      );
    },
    card(card, n) {
      const waits = card.mentions.length > 0 && card.buttons.length > 0;
      return h("section", { key: n, class: ["card", card.tone, { waits }], "aria-label": card.title || "Podium" }, [
        card.title ? h("h3", card.title) : null,
        ...card.blocks.map((html, n) => h("div", { key: n, class: "block", innerHTML: html })),
        card.mentions.length ? h("p", { class: "mentions" }, `For ${card.mentions.join(", ")}`) : null,
        card.buttons.length ? h("div", { class: "buttons" }, card.buttons.map(this.button)) : null,
        card.footer ? h("p", { class: "footer" }, card.footer) : null,
      ]);
    },
  },
  render() {
    const { line } = this;
    const header = h("header", [
      h("span", { class: "name" }, line.name),
      h("time", { datetime: line.at }),
      this.secret ? h("span", { class: "secret" }, "only you see this") : null,
      this.secret
        ? h("button", { type: "button", class: "quiet", onClick: () => this.$emit("dismiss") }, "Dismiss")
        : null,
      line.link
        ? h("button", { type: "button", class: "quiet copy", onClick: this.copy }, [
            h("span", { "aria-live": "polite" }, this.copied ? "Copied" : "Copy link"),
          ])
        : null,
    ]);
    const thread = h("a", { class: "thread-link", href: line.thread, "data-go": "" }, "Open thread");
    return h("article", { class: ["message", { podium: line.podium }], "data-line": line.id }, [
      h("div", { class: "avatar", "aria-hidden": "true" }, line.initials),
      h("div", { class: "content" }, [
        header,
        line.html ? h("div", { class: "block", innerHTML: line.html }) : null,
        ...line.cards.map(this.card),
        h("div", { class: "note", role: "status", innerHTML: this.note ?? "" }),
        line.thread ? thread : null,
      ]),
    ]);
  },
};
