// Where one can go, what waits for its reader, and the button that delegates from anywhere.

import { h } from "vue";

export default {
  props: { sections: Array, section: String, channels: Array, here: String, unread: Array, needs: Number, you: String },
  emits: ["ask"],
  methods: {
    link(name, path, current, ...more) {
      return h("li", { key: path }, [
        h("a", { href: path, "data-go": "", "aria-current": current ? "page" : undefined }, [name, ...more]),
      ]);
    },
    badge(name) {
      if (name !== "home" || !this.needs) return null;
      return h("span", { class: "badge" }, [String(this.needs), h("span", { class: "unseen" }, " waiting for you")]);
    },
    channel([name, path]) {
      const unread = this.unread?.includes(name);
      const mark = unread ? h("span", { class: "new" }, h("span", { class: "unseen" }, ", new messages")) : null;
      return this.link(name, path, name === this.here, mark);
    },
  },
  render() {
    const delegate = h("button", { type: "button", class: "primary", onClick: () => this.$emit("ask", "/delegate") }, "Delegate");
    const sections = this.sections.map(([title, path, name]) => this.link(title, path, name === this.section, this.badge(name)));
    return h("nav", { class: "side", "aria-label": "Podium" }, [
      h("strong", { class: "brand" }, "Podium"),
      delegate,
      h("ul", sections),
      h("h2", "Channels"),
      h("ul", this.channels.map(this.channel)),
      h("p", { class: "you" }, `You are ${this.you}`),
    ]);
  },
};
