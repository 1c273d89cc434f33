// The latest runs of a playbook.

import { h } from "vue";

export default {
  props: { runs: Array },
  methods: {
    run({ path, title, state, tone, who, spent, changed }) {
      return h("li", { key: path }, [
        h("a", { href: path, "data-go": "" }, title),
        h("p", { class: "muted" }, [
          h("span", { class: ["state", tone] }, state),
          ` · ${who} · ${spent} · `,
          h("time", { key: changed, datetime: changed }),
        ]),
      ]);
    },
  },
  render() {
    const none = h("p", { class: "muted" }, "It has not been run yet.");
    return h("section", { class: "part latest" }, [
      h("h2", "Latest runs"),
      this.runs.length ? h("ul", { class: "inputs" }, this.runs.map(this.run)) : none,
    ]);
  },
};
