// A part of a run's page: a heading, and HTML that the server made safe.

import { h } from "vue";

export default {
  props: { heading: String, html: String },
  render() {
    if (!this.html) return h("section", { hidden: true });
    return h("section", { class: "panel", "aria-label": this.heading }, [
      h("h2", this.heading),
      h("div", { class: "sheet", innerHTML: this.html }),
    ]);
  },
};
