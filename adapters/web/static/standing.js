// How a run stands, who asked for it, what it may cost, and where else it is seen.

import { pressing } from "press";
import { h } from "vue";

const time = (at) => h("time", { key: at, datetime: at });

export default {
  mixins: [pressing],
  props: { head: Object },
  methods: {
    cancel(action) {
      if (action === this.asked) return this.sure(action);
      const onClick = () => (this.busy ? undefined : this.ask(action));
      return h("button", { ...this.gives(action), key: "cancel", class: "danger", onClick }, "Cancel");
    },
  },
  render() {
    const { head } = this;
    if (!head) return h("div", { hidden: true });
    const link = (text, href, more) => h("a", { class: "quiet", href, ...more }, text);
    return h("div", { class: "run-head" }, [
      h("div", { class: "run-state" }, [
        h("p", { class: ["state", head.tone], role: "status" }, head.state),
        head.stamp ? h("p", { class: "stamp", innerHTML: head.stamp }) : null,
        head.cancel ? this.cancel(head.cancel) : null,
      ]),
      h("p", { class: "run-facts" }, [
        h("span", ["Asked for by ", h("strong", head.by), " · ", time(head.at)]),
        head.schedule ? h("span", ["Started by ", h("a", { href: head.schedule, "data-go": "" }, "a schedule")]) : null,
        head.until ? h("span", ["Ended ", time(head.until)]) : null,
        h("span", head.cost),
      ]),
      h("nav", { class: "run-links", "aria-label": "This run elsewhere" }, [
        head.thread ? link("Its thread in chat", head.thread, { "data-go": "" }) : null,
        link(`Playbook ${head.playbook}`, head.playbook_path, { "data-go": "" }),
        link("Export as Markdown", `${head.exports}/export.md`, { download: "" }),
        link("Export as JSON", `${head.exports}/export.json`, { download: "" }),
      ]),
      this.told(),
    ]);
  },
};
