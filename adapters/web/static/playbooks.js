// A playbook in short: what it does, who does it, and the buttons that begin it. Its graph is put in.

import { pressing } from "press";
import { h } from "vue";

export default {
  mixins: [pressing],
  props: { card: Object, alone: Boolean },
  methods: {
    button(label, action, style) {
      const name = this.alone ? undefined : `${label}: ${this.card.name}`;
      return h("button", { ...this.gives(action), class: style, "aria-label": name }, label);
    },
    specialist([name, hue]) {
      return h("li", { key: name, style: { "--who": `var(--who-${hue})` } }, name);
    },
  },
  render() {
    const { card, alone } = this;
    const link = h("a", { href: card.path, "data-go": "" }, card.name);
    const graph = h("div", { class: "drawn" }, this.$slots.default?.());
    const about = h("p", { class: "lead" }, card.about);
    const who = h("ul", { class: "cast", "aria-label": "Specialists" }, card.who.map(this.specialist));
    const facts = h("p", { class: "muted facts" }, card.facts.map((fact) => [h("span", fact), " "]));
    const buttons = h("div", { class: "buttons" }, [
      this.button("Delegate", `form:${card.name}`, alone ? "primary" : ""),
      this.button("Schedule", `schedule:form:${card.name}`),
      card.sample ? this.button("Try it with the sample", `try:${card.name}`) : null,
    ]);
    if (alone) return h("div", { class: "playbook alone" }, [about, facts, who, buttons, this.told(), graph]);
    return h("article", { class: "playbook" }, [h("h2", link), about, graph, who, facts, buttons, this.told()]);
  },
};
