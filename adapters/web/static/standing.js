// How a run stands, who asked for it, what it may cost, and where else it is seen.

import { delivery } from "delivery";
import { h } from "vue";

const time = (at) => h("time", { key: at, datetime: at });

export default {
  props: { head: Object, answered: String, note: String },
  emits: ["press"],
  data: () => ({ pressed: null }),
  computed: {
    busy() {
      return this.pressed !== null && this.pressed.delivery !== this.answered;
    },
  },
  methods: {
    press() {
      if (this.busy) return;
      this.pressed = { what: this.head.cancel, delivery: delivery() };
      this.$emit("press", this.pressed);
    },
  },
  render() {
    const { head, busy } = this;
    if (!head) return h("div", { hidden: true });
    const link = (text, href, more) => h("a", { class: "quiet", href, ...more }, text);
    return h("div", { class: "run-head" }, [
      h("div", { class: "run-state" }, [
        h("p", { class: ["state", head.tone], role: "status" }, head.state),
        head.stamp ? h("p", { class: "stamp", innerHTML: head.stamp }) : null,
        head.cancel
          ? h(
              "button",
              {
                type: "button",
                class: "danger",
                "aria-disabled": busy || undefined,
                "aria-busy": busy || undefined,
                onClick: this.press,
              },
              "Cancel",
            )
          : null,
      ]),
      h("p", { class: "run-facts" }, [
        h("span", ["Asked for by ", h("strong", head.by), " · ", time(head.at)]),
        head.until ? h("span", ["Ended ", time(head.until)]) : null,
        h("span", head.cost),
      ]),
      h("nav", { class: "run-links", "aria-label": "This run elsewhere" }, [
        head.thread ? link("Its thread in chat", head.thread, { "data-go": "" }) : null,
        link(`Playbook ${head.playbook}`, head.playbook_path, { "data-go": "" }),
        link("Export as Markdown", `${head.exports}/export.md`, { download: "" }),
        link("Export as JSON", `${head.exports}/export.json`, { download: "" }),
      ]),
      h("div", { class: "note", role: "status", innerHTML: this.note ?? "" }),
    ]);
  },
};
