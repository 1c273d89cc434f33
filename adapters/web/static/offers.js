// The playbooks, each to be delegated by its form.

import { h } from "vue";

const FEW = 8;

export default {
  props: { offers: Array },
  emits: ["ask"],
  methods: {
    offer({ name, title, about }) {
      return h("li", { key: name }, [
        h("button", { type: "button", onClick: () => this.$emit("ask", name) }, [
          h("span", { class: "name" }, title),
          h("span", { class: "what" }, about),
        ]),
      ]);
    },
  },
  render() {
    const { offers } = this;
    const none = h("p", { class: "quietly" }, "There is no playbook that can be used yet.");
    return h("section", { class: "offers-list", "aria-labelledby": "offers-heading" }, [
      h("h2", { id: "offers-heading" }, "Delegate"),
      offers.length ? h("ul", offers.slice(0, FEW).map(this.offer)) : none,
      h("a", { class: "all", href: "/playbooks", "data-go": "" }, offers.length > FEW ? `All ${offers.length} playbooks` : "See the playbooks"),
    ]);
  },
};
