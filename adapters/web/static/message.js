// One message: what a person wrote, or a card with its buttons.

import { pressing } from "press";
import { h } from "vue";

export default {
  mixins: [pressing],
  props: { line: Object, secret: Boolean },
  emits: ["dismiss"],
  data: () => ({ copied: false }),
  // An answer that is not among messages is brought into sight where it stands, and leaves whoever
  // was in it near there as it goes.
  mounted() {
    if (this.secret && !this.$el.closest(".feed")) this.$el.scrollIntoView({ block: "nearest" });
  },
  beforeUnmount() {
    if (this.$el.contains(document.activeElement)) this.$el.parentElement.closest("[tabindex]")?.focus({ preventScroll: true });
  },
  methods: {
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
      const asks = action.startsWith("cancel:") && !this.busy;
      const onClick = () => (asks ? this.ask(action) : this.give(action));
      return h("button", { ...this.gives(action), key: action, class: style, onClick }, label);
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
        this.told(),
        line.thread ? thread : null,
      ]),
    ]);
  },
};
