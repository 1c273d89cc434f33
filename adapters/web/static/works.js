// The runs at work now.

import { h } from "vue";

export default {
  props: { works: Array, more: Boolean },
  methods: {
    work({ id, title, path, requester, step, since, cost }) {
      return h("li", { key: id }, [
        h("a", { href: path, "data-go": "" }, title),
        h("p", [
          h("span", { class: "step" }, step || "Starting"),
          since ? h("time", { key: since, class: "since", "data-since": since }) : null,
        ]),
        h("p", `for ${requester} · ${cost}`),
      ]);
    },
  },
  render() {
    const { works, more } = this;
    const all = h("a", { class: "all", href: "/runs?status=working", "data-go": "" }, "All that is at work");
    return h("section", { class: "works", "aria-labelledby": "works-heading" }, [
      h("h2", { id: "works-heading" }, "At work now"),
      works.length ? h("ul", works.map(this.work)) : h("p", { class: "quietly" }, "Nobody is at work just now."),
      more ? all : null,
    ]);
  },
};
