// Where one can go, and what one can ask for without typing it.

import { h } from "vue";

export default {
  props: { channels: Array, here: String, unread: Array, you: String, commands: Array },
  emits: ["ask"],
  render() {
    const [first, ...others] = this.commands;
    const ask = ([label, line], main) =>
      h("button", { type: "button", class: { primary: main }, onClick: () => this.$emit("ask", line) }, label);
    return h("nav", { class: "side", "aria-label": "Podium" }, [
      h("strong", { class: "brand" }, "Podium"),
      h("div", { class: "asks" }, [ask(first, true), ...others.map((other) => ask(other, false))]),
      h("h2", "Channels"),
      h(
        "ul",
        this.channels.map(([name, path]) =>
          h("li", { key: name }, [
            h(
              "a",
              {
                href: path,
                "data-go": "",
                "aria-current": name === this.here ? "page" : undefined,
                class: { unread: this.unread.includes(name) },
              },
              [name, this.unread.includes(name) ? h("span", { class: "unseen" }, ", new messages") : null],
            ),
          ]),
        ),
      ),
      h("p", { class: "you" }, `You are ${this.you}`),
    ]);
  },
};
