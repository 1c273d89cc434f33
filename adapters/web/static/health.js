// How every part of Podium is, in words for whoever runs it.

import { h } from "vue";

const SIGNS = { good: "✓", missing: "!", bad: "×" };

export default {
  props: { shown: Object },
  methods: {
    part({ name, state, told, says, mend, path }) {
      return h("li", { key: name, class: ["condition", state] }, [
        h("span", { class: "sign", role: "img", "aria-label": told }, SIGNS[state]),
        h("h2", path ? h("a", { href: path, "data-go": "" }, name) : name),
        h("div", { class: "says" }, [h("p", says), mend ? h("p", { class: "mend" }, mend) : null]),
      ]);
    },
  },
  render() {
    if (!this.shown) return h("div");
    return h("div", { class: "conditions" }, [
      h("p", { class: ["summed", this.shown.state], role: "status" }, this.shown.says),
      h("ul", this.shown.parts.map(this.part)),
    ]);
  },
};
