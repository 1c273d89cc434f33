// Who worked when on what: the length of a bar is its time, its colour the specialist.

import { h } from "vue";

const LANE = 20;
const ROOM = 8; // above and below the lanes of a row
const TICK = 84; // pixels that the words of a tick take
const LEAST = 0.5; // per cent: the shortest bar can still be seen
const WORDS = { done: "worked", failed: "worked", now: "is at work", waited: "was waited for", waits: "is waited for" };

export default {
  props: { timeline: Object },
  data: () => ({ extra: 0, room: 600, asTable: false }),
  watch: {
    timeline: {
      handler() {
        this.came = performance.now();
        this.extra = 0;
      },
      immediate: true,
    },
  },
  mounted() {
    this.sized = new ResizeObserver(this.measure);
    this.sized.observe(this.$el.parentElement);
    this.measure();
    // A call under way grows by the reader's own clock, until the server tells more.
    this.timer = setInterval(() => {
      if (this.timeline?.moving) this.extra = (performance.now() - this.came) / 1000;
    }, 1000);
  },
  unmounted() {
    clearInterval(this.timer);
    this.sized.disconnect();
  },
  computed: {
    whole() {
      return this.timeline.total + this.extra;
    },
  },
  methods: {
    measure() {
      this.room = this.$el.querySelector?.(".tracks")?.clientWidth || this.room;
    },
    part(x) {
      return (100 * x) / this.whole;
    },
    told(row, bar) {
      return `${row.who || "Nobody"} ${WORDS[bar.kind]}: ${bar.what}, ${bar.took}, ${bar.came}`;
    },
    bar(row, bar, n) {
      const grows = bar.kind === "now" || bar.kind === "waits" ? this.extra : 0;
      const x = Math.min(this.part(bar.x), 100 - LEAST);
      const width = Math.max(this.part(bar.width + grows), LEAST);
      const y = ROOM / 2 + 2 + LANE * bar.lane;
      const shape = { x: `${x}%`, y, width: `${Math.min(width, 100 - x)}%`, height: LANE - 4, rx: 3 };
      return h("rect", { key: n, class: ["bar", bar.kind, `hue-${row.hue}`], ...shape }, [
        h("title", this.told(row, bar)),
      ]);
    },
    high(row) {
      return ROOM + LANE * row.lanes;
    },
    row(row, n) {
      const { breaks } = this.timeline;
      const height = this.high(row);
      const told = row.bars.map((bar) => this.told(row, bar)).join("; ");
      return h("svg", { key: n, class: "track", height, role: "img", "aria-label": told }, [
        ...breaks.map((gap, m) => {
          const shape = { x: `${this.part(gap.x)}%`, y: 0, width: `${this.part(gap.width)}%`, height };
          return h("rect", { key: `rest ${m}`, class: "rest", ...shape }, [h("title", `${gap.took} without work`)]);
        }),
        ...row.bars.map((bar, m) => this.bar(row, bar, m)),
      ]);
    },
    // The rests whose length can be written into their room.
    spacious() {
      return this.timeline.breaks.filter((gap) => (this.part(gap.width) * this.room) / 100 > gap.took.length * 6);
    },
    axis(rests, height) {
      const { ticks, seconds } = this.timeline;
      let day = new Date().toDateString();
      let free = 0;
      const marks = [];
      for (const tick of ticks) {
        const x = (this.part(tick.x) * this.room) / 100;
        const at = new Date(tick.at);
        const text = at.toLocaleString([], {
          hour: "numeric",
          minute: "2-digit",
          second: seconds ? "2-digit" : undefined,
          hourCycle: "h23",
          ...(at.toDateString() === day ? {} : { day: "numeric", month: "short" }),
        });
        const wide = text.length * 7.5;
        if (x < free || x + wide > this.room + 4) continue;
        free = x + Math.max(wide + 8, TICK);
        day = at.toDateString();
        marks.push(h("text", { key: tick.at, x, y: 15 }, text));
      }
      const lengths = rests.map((gap) => {
        const x = `${this.part(gap.x + gap.width / 2)}%`;
        return h("text", { key: `rest ${gap.x}`, class: "gap", x, y: 34, "text-anchor": "middle" }, gap.took);
      });
      return h("svg", { class: "axis", height, "aria-hidden": "true" }, [...marks, ...lengths]);
    },
    table(rows) {
      const head = ["Who", "On what", "From", "For", "What came of it"].map((name) => h("th", { scope: "col" }, name));
      const lines = (this.asTable ? rows : []).flatMap((row) =>
        row.bars.map((bar) =>
          h("tr", [
            h("td", row.who),
            h("td", bar.what),
            h("td", h("time", { key: bar.at, datetime: bar.at })),
            h("td", bar.took),
            h("td", bar.came),
          ]),
        ),
      );
      return h("details", { class: "as-table", onToggle: (event) => (this.asTable = event.target.open) }, [
        h("summary", "The same as a table"),
        h("div", { class: "wide", tabindex: 0, role: "region", "aria-label": "Timeline as a table" }, [
          h("table", [h("thead", h("tr", head)), h("tbody", lines)]),
        ]),
      ]);
    },
  },
  render() {
    const rows = this.timeline?.rows ?? [];
    if (!rows.length) return h("section", { hidden: true });
    const rests = this.spacious();
    const top = rests.length ? 40 : 22;
    const names = rows.map((row, n) =>
      h("div", { key: n, class: "name", style: { height: `${this.high(row)}px` } }, [
        h("span", { class: "what" }, row.label),
        row.who ? h("span", { class: ["by", `hue-${row.hue}`] }, row.who) : null,
      ]),
    );
    return h("section", { class: "panel", "aria-label": "Timeline" }, [
      h("h2", "Timeline"),
      h("div", { class: "timeline", tabindex: 0, role: "region", "aria-label": "Who worked when on what" }, [
        h("div", { class: "names" }, [h("div", { style: { height: `${top}px` } }), ...names]),
        h("div", { class: "tracks" }, [this.axis(rests, top), ...rows.map(this.row)]),
      ]),
      this.table(rows),
    ]);
  },
};
