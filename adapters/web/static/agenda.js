// What will start in the next weeks, day by day, and the button that makes a schedule.

import { h } from "vue";

const EXAMPLES = "“every Monday at 9”, “first working day of the month at 8:30”";

function line(one, n) {
  return h("li", { key: n, class: "start", style: { "--who": `var(--who-${one.hue})` } }, [
    h("a", { href: one.path, "data-go": "", title: one.title }, [
      h("span", { class: "time" }, one.time),
      " ",
      one.title,
    ]),
    h("p", { class: "about" }, [one.many, one.owner, one.cost].filter(Boolean).map((fact) => [h("span", fact), " "])),
  ]);
}

function lines(day) {
  return day.lines.length ? h("ul", { class: "starts" }, day.lines.map(line)) : null;
}

function day(one) {
  const { today, free, there } = one;
  if (!there) return h("li", { key: one.date, class: "day bare" });
  const on = h("span", { class: "unseen" }, ` on ${one.name}`);
  return h("li", { key: one.date, class: ["day", { today, free, there, bare: !one.lines.length }] }, [
    h("h3", [
      h("span", { class: "long" }, one.name),
      h("span", { class: "short", "aria-hidden": "true" }, one.short),
      today ? h("span", { class: "mark" }, "Today") : null,
    ]),
    lines(one),
    one.more ? h("a", { class: "more", href: one.path, "data-go": "" }, [one.more, on]) : null,
  ]);
}

function week(one) {
  const bare = one.days.every((day) => !day.lines.length);
  return h("li", { key: one.name, class: ["week", { bare }] }, [
    h("p", { class: "sum" }, [h("strong", one.name), " ", h("span", [one.runs, one.cost ? `, ${one.cost}` : ""])]),
    h("ol", { class: "days" }, one.days.map(day)),
  ]);
}

function whole(one) {
  return h("section", { class: "one-day", "aria-labelledby": "whole-day" }, [
    h("header", [
      h("h2", { id: "whole-day" }, one.name),
      h("p", { class: "sum" }, one.sum),
      h("a", { class: "quiet", href: "/schedules", "data-go": "" }, "Close"),
    ]),
    lines(one),
    one.more ? h("p", { class: "muted" }, one.more) : null,
  ]);
}

export default {
  props: { calendar: Object, summed: String, alone: Boolean },
  emits: ["new"],
  computed: {
    about() {
      return `${this.alone} ${this.calendar?.whole?.date ?? ""}`;
    },
  },
  watch: {
    // What was asked for stands at the top, wherever the link to it was.
    about() {
      this.$nextTick(() => this.$el.closest(".scroll").scrollTo(0, 0));
    },
  },
  methods: {
    make() {
      return h("button", { type: "button", class: "primary", onClick: () => this.$emit("new") }, "New schedule");
    },
    jump() {
      const heading = document.querySelector(".schedule-list h2");
      heading.scrollIntoView();
      heading.focus();
    },
    empty() {
      return h("div", { class: "empty" }, [
        h("p", { class: "lead" }, "Nothing is scheduled yet."),
        h("p", `Choose a playbook, fill in its form once, and say when: ${EXAMPLES}. It then starts by itself, and what it gives comes to you to be judged.`),
        this.make(),
      ]);
    },
  },
  render() {
    const { calendar, alone } = this;
    if (!calendar) return h("div", { class: "agenda" }, [this.empty()]);
    return h("div", { class: "agenda" }, [
      alone ? null : h("div", { class: "bar" }, [h("p", this.summed), h("button", { type: "button", class: "quiet", onClick: this.jump }, "To the list"), this.make()]),
      calendar.whole ? whole(calendar.whole) : null,
      h("section", { class: "calendar", "aria-labelledby": "calendar" }, [
        h("header", [
          h("h2", { id: "calendar" }, "The next four weeks"),
          h("p", { class: "sum" }, calendar.sum),
          h("p", { class: "muted" }, `Times in ${calendar.zone}`),
        ]),
        h("div", { class: "heads", "aria-hidden": "true" }, calendar.heads.map((name) => h("span", name))),
        h("ol", { class: "weeks" }, calendar.weeks.map(week)),
      ]),
    ]);
  },
};
