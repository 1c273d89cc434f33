// Some rows of the list of runs.

import { h } from "vue";

function cell(name, label, ...content) {
  return h("span", { class: ["cell", name] }, [h("span", { class: "name" }, label), ...content]);
}

function time(at) {
  return h("time", { key: at, datetime: at });
}

function row(one) {
  const more = one.more ? ` And ${one.more} more.` : "";
  return h("li", { key: one.run, class: "run-row", "data-run": one.run }, [
    h("div", { class: "what" }, [
      h("a", { href: one.path, "data-go": "" }, one.title || "Untitled"),
      one.ask ? h("p", { class: "ask" }, one.ask + more) : null,
    ]),
    h("span", { class: ["cell", "state", one.tone] }, one.state),
    cell("book", "Playbook", one.playbook),
    cell("who", "Asked by", one.who),
    cell("spent", "Spent", one.spent),
    cell("started", "Started", time(one.started)),
    cell("changed", "Changed", time(one.changed)),
  ]);
}

const HEADS = ["Run", "State", "Playbook", "Asked by", "Spent", "Started", "Changed"];

export default {
  props: { rows: Array, first: Boolean },
  render() {
    const heads = this.first ? h("div", { class: "heads", "aria-hidden": "true" }, HEADS.map((name) => h("span", name))) : null;
    return h("div", [heads, h("ul", { class: "run-rows" }, this.rows.map(row))]);
  },
};
