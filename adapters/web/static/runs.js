// The search and the filters of the list of runs, which stand in the address.

import { h } from "vue";

const CALM_MS = 120;
const NAMES = ["text", "status", "playbook", "requester"];

export default {
  props: { shown: Object, answered: Number },
  emits: ["filter"],
  data: () => ({ chosen: {} }),
  computed: {
    told() {
      // As text, since an object is another one whenever the element is sent anew.
      return JSON.stringify(NAMES.map((name) => this.shown?.[name] ?? ""));
    },
  },
  created() {
    this.number = 0;
    this.asked = null;
    this.at = 0;
    this.take();
  },
  beforeUnmount() {
    clearTimeout(this.timer);
  },
  watch: {
    told() {
      // While something is asked for, what stands here is newer than what is answered.
      if (this.asked === null && !this.timer) this.take();
    },
    answered(number) {
      if (number !== this.asked) return;
      // The address is told with the answer, and must be seen before it changes again.
      setTimeout(() => {
        this.asked = null;
        if (this.waits) this.ask(this.waits.typed);
      });
    },
  },
  methods: {
    take() {
      this.chosen = Object.fromEntries(NAMES.map((name) => [name, this.shown?.[name] ?? ""]));
    },
    path() {
      const query = new URLSearchParams(NAMES.map((name) => [name, this.chosen[name]]).filter(([, value]) => value));
      return query.size ? `/runs?${query}` : "/runs";
    },
    choose(name, value) {
      this.chosen = { ...this.chosen, [name]: value };
      this.ask(name === "text");
    },
    // At once, then as soon as the last answer is there and a moment has passed.
    ask(typed) {
      this.waits = { typed };
      if (this.asked !== null || this.timer) return;
      const calm = this.at + CALM_MS - performance.now();
      if (calm > 0) {
        this.timer = setTimeout(() => {
          this.timer = null;
          this.send();
        }, calm);
      } else this.send();
    },
    send() {
      const { typed } = this.waits;
      const path = this.path();
      this.waits = null;
      if (path === location.pathname + location.search) return;
      this.at = performance.now();
      // Each letter is no place to come back to.
      if (typed) history.replaceState(null, "", path);
      this.asked = ++this.number;
      this.$emit("filter", { path, number: this.asked });
    },
    select(name, label, options) {
      const choices = options.map(([value, text]) => h("option", { key: value, value }, text));
      return h("label", [
        h("span", { class: "unseen" }, label),
        h("select", { value: this.chosen[name], onChange: (event) => this.choose(name, event.target.value) }, choices),
      ]);
    },
  },
  render() {
    if (!this.shown) return h("form", { class: "run-filters" });
    const search = h("label", { class: "search" }, [
      h("span", { class: "unseen" }, "Search runs"),
      h("input", {
        type: "search",
        placeholder: "Search titles and playbooks",
        maxlength: 200,
        autocomplete: "off",
        value: this.chosen.text,
        onInput: (event) => this.choose("text", event.target.value),
      }),
    ]);
    return h("form", { class: "run-filters", role: "search", onSubmit: (event) => event.preventDefault() }, [
      search,
      this.select("status", "State", this.shown.states),
      this.select("playbook", "Playbook", this.shown.playbooks),
      this.select("requester", "Who asked", this.shown.people),
    ]);
  },
};
