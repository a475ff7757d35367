// What each kind of chart looks like, in the reader's language and colours.
"use strict";

const WORDS = {
  "zh-CN": {
    orders: "订单", reviews: "评价", rating: "评分", raw: "原始", clean: "剔除后",
    removed: "暂不计入", counted: "计入", shop: "店铺", account: "账号", rank: "名次",
    accounts: "新账号", shops: "新店铺", inRing: "圈内订单", sharedBy: "个账号共用", weekOf: "起 {n} 天",
  },
  en: {
    orders: "Orders", reviews: "Reviews", rating: "Rating", raw: "raw", clean: "clean",
    removed: "does not count", counted: "counts", shop: "shop", account: "account", rank: "rank",
    accounts: "New accounts", shops: "New shops", inRing: "orders in the ring", sharedBy: "accounts share it", weekOf: "and {n} days from it",
  },
};

function language() { return document.documentElement.lang === "en" ? "en" : "zh-CN"; }
function words() { return WORDS[language()]; }

// Plotly reads some tags in text; ids come from outside and must stay text.
function plain(text) {
  return String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
function grouped(number) { return Number(number).toLocaleString("en-US"); }
function short(text, most) {
  const letters = Array.from(String(text));
  return letters.length > most ? letters.slice(0, most - 1).join("") + "…" : String(text);
}

function palette() {
  const style = getComputedStyle(document.documentElement);
  const named = (name) => style.getPropertyValue(name).trim();
  return {
    raw: named("--raw"), rawSoft: named("--raw-soft"), clean: named("--clean"),
    ink: named("--ink"), soft: named("--ink-soft"), faint: named("--faint"),
    rule: named("--rule"), card: named("--card"), hub: named("--hub"),
  };
}

function frame(colours, more) {
  return Object.assign({
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", showlegend: false,
    margin: { l: 48, r: 12, t: 8, b: 36 },
    font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colours.soft },
    hoverlabel: {
      bgcolor: colours.card, bordercolor: colours.rule, align: "left",
      font: { color: colours.ink, size: 12 },
    },
  }, more);
}

function axis(colours, more) {
  return Object.assign({
    gridcolor: colours.rule, linecolor: colours.rule, zeroline: false, fixedrange: true,
    tickfont: { color: colours.soft },
  }, more);
}

// ---- timelines -------------------------------------------------------------------------------

function timeline(data) {
  const colours = palette(), say = words();
  const days = data.orders || data.reviews;
  const x = days.raw.map((_, bar) =>
    new Date((data.first_day + bar * data.step) * 86400000).toISOString().slice(0, 10));
  const rows = ["orders", "reviews", "rating"].filter((name) => data[name]);
  const heights = { orders: 2, reviews: 1.1, rating: 1 };
  const total = rows.reduce((sum, name) => sum + heights[name], 0), gap = 0.09;
  const room = 1 - gap * (rows.length - 1);
  const traces = [], layout = frame(colours, {
    barmode: "overlay", bargap: 0.18, hovermode: "x unified", dragmode: false,
    margin: { l: 56, r: 12, t: 8, b: 40 },
  });
  let top = 1;
  rows.forEach((name, place) => {
    const number = place ? String(place + 1) : "";
    const height = room * heights[name] / total;
    layout["yaxis" + number] = axis(colours, {
      domain: [Math.max(0, top - height), top], rangemode: name === "rating" ? "normal" : "tozero",
      title: { text: say[name], font: { size: 11, color: colours.soft }, standoff: 6 },
      nticks: place ? 3 : 5, tickformat: name === "rating" ? ".1f" : ",d",
    });
    // Stars from 1 to 5 get the whole scale, so that small moves do not look big.
    if (name === "rating" && Math.max(...data.rating.raw) <= 5) {
      layout["yaxis" + number].range = [0.8, 5.2];
    }
    top -= height + gap;
    traces.push(...(name === "rating" ? ratings(data, x, number, colours, say)
      : bars(name, data, x, number, colours, say)));
  });
  layout.xaxis = axis(colours, {
    range: [shifted(x[0], -0.6 * data.step), shifted(x[x.length - 1], 0.6 * data.step)],
    type: "date", anchor: "y" + (rows.length > 1 ? rows.length : ""), showgrid: false,
    tickformat: "%m-%d\n%Y", nticks: 9,
    hoverformat: "%Y-%m-%d" + (data.step > 1 ? " " + say.weekOf.replace("{n}", data.step) : ""),
  });
  return { traces, layout };
}

function shifted(day, days) { return new Date(Date.parse(day) + days * 86400000).toISOString(); }

function bars(name, data, x, number, colours, say) {
  const both = data[name];
  const base = { type: "bar", x, yaxis: "y" + number, xaxis: "x", marker: { line: { width: 0 } } };
  const label = (side) => say[name] + " · " + say[side] + " %{y:,d}<extra></extra>";
  return [
    Object.assign({}, base, {
      y: both.raw, name: say.raw, hovertemplate: label("raw"),
      marker: { color: colours.raw, line: { width: 0 } },
    }),
    Object.assign({}, base, {
      y: both.clean, name: say.clean, hovertemplate: label("clean"),
      marker: { color: colours.clean, line: { width: 0 } },
    }),
  ];
}

function ratings(data, x, number, colours, say) {
  return ["raw", "clean"].map((side) => ({
    type: "scatter", mode: "lines+markers", x, y: data.rating[side], yaxis: "y" + number,
    xaxis: "x", connectgaps: true, line: { color: colours[side], width: 1.5 },
    marker: { size: 3, color: colours[side] },
    hovertemplate: say.rating + " · " + say[side] + " %{y:.2f}<extra></extra>",
  }));
}

// ---- rings -----------------------------------------------------------------------------------

function ring(data) {
  const colours = palette(), say = words(), traces = [];
  const most = Math.max(1, ...data.lines.map((line) => line[2]));
  for (const [isRemoved, colour] of [[false, colours.faint], [true, colours.raw]]) {
    for (let width = 1; width <= 4; width += 1) {
      const lines = data.lines.filter((line) =>
        (line[3] > 0) === isRemoved && Math.max(1, Math.ceil(4 * line[2] / most)) === width);
      if (lines.length) {
        traces.push(strokes(lines.map((line) =>
          [data.accounts[line[0]].at, data.shops[line[1]].at]), colour, width * 0.8, 0.5));
      }
    }
  }
  const holds = data.hubs.flatMap((hub) =>
    hub.holders.map((account) => [hub.at, data.accounts[account].at]));
  if (holds.length) { traces.push(strokes(holds, colours.hub, 1, 0.4)); }
  traces.push(nodes(data.accounts, "circle", colours.raw, colours, 7, 15, (each) =>
    say.account + " " + plain(each.id) + "<br>" + grouped(each.n) + " " + say.inRing));
  traces.push(nodes(data.hubs, "diamond", colours.hub, colours, 10, 10, (each) =>
    plain(tieName(each.kind)) + " " + plain(each.id) + "<br>" + each.holders.length + " " + say.sharedBy));
  const isFew = data.shops.length <= 6;
  const shops = nodes(data.shops, "square", colours.ink, colours, isFew ? 16 : 9, isFew ? 24 : 14, (each) =>
    say.shop + " " + plain(each.id) + "<br>" + grouped(each.n) + " " + say.inRing);
  traces.push(shops);
  const names = data.shops.map((each) => ({
    x: each.at[0], y: each.at[1], showarrow: false, borderpad: 1, opacity: 0.9,
    yshift: isFew ? -21 : -15, bgcolor: isFew ? colours.card : "rgba(0,0,0,0)",
    text: plain(short(each.id, isFew ? 14 : 9)), font: { color: colours.ink, size: isFew ? 12 : 10 },
  }));
  const hidden = { visible: false, fixedrange: true, range: [-1.4, 1.4] };
  return {
    traces,
    layout: frame(colours, {
      hovermode: "closest", dragmode: false, margin: { l: 4, r: 4, t: 4, b: 4 },
      annotations: names,
      xaxis: Object.assign({}, hidden),
      yaxis: Object.assign({ scaleanchor: "x" }, hidden),
    }),
  };
}

function tieName(kind) {
  const said = DATA.ties[kind];
  return said ? said[language() === "en" ? 1 : 0] : kind;
}

function strokes(pairs, color, width, opacity) {
  const x = [], y = [];
  for (const [from, to] of pairs) { x.push(from[0], to[0], null); y.push(from[1], to[1], null); }
  return { type: "scatter", mode: "lines", x, y, opacity, hoverinfo: "skip", line: { color, width } };
}

function nodes(rows, symbol, color, colours, least, most, label) {
  const top = Math.max(1, ...rows.map((each) => each.n || 0));
  return {
    type: "scatter", mode: "markers", x: rows.map((each) => each.at[0]),
    y: rows.map((each) => each.at[1]), opacity: 1, customdata: rows.map(label),
    hovertemplate: "%{customdata}<extra></extra>",
    marker: {
      symbol, color, opacity: 1, line: { color: colours.card, width: 1.5 },
      size: rows.map((each) => least + (most - least) * Math.sqrt((each.n || 0) / top)),
    },
  };
}

// ---- growth of an organiser --------------------------------------------------------------------

function growth(data) {
  const colours = palette(), say = words();
  const x = data.orders.map((_, week) =>
    new Date((data.first_day + week * 7) * 86400000).toISOString().slice(0, 10));
  const line = (name, yaxis, color, dash) => ({
    type: "scatter", mode: "lines+markers", x, y: data[name], yaxis, line: { color, width: 2, dash },
    marker: { size: 4, color }, hovertemplate: say[name] + " %{y:,d}<extra></extra>",
  });
  return {
    traces: [
      { type: "bar", x, y: data.orders, marker: { color: colours.raw, line: { width: 0 } },
        hovertemplate: say.orders + " %{y:,d}<extra></extra>" },
      line("accounts", "y2", colours.hub, "solid"), line("shops", "y2", colours.soft, "dot"),
    ],
    layout: frame(colours, {
      bargap: 0.3, hovermode: "x unified", dragmode: false, margin: { l: 56, r: 56, t: 8, b: 40 },
      xaxis: axis(colours, { type: "date", showgrid: false, tickformat: "%m-%d\n%Y", nticks: 9,
        hoverformat: "%Y-%m-%d " + say.weekOf.replace("{n}", 7) }),
      yaxis: axis(colours, { rangemode: "tozero", nticks: 5, tickformat: ",d",
        title: { text: say.orders, font: { size: 11, color: colours.soft }, standoff: 6 } }),
      yaxis2: axis(colours, { rangemode: "tozero", nticks: 5, tickformat: ",d", overlaying: "y",
        side: "right", showgrid: false,
        title: { text: say.accounts + " · " + say.shops, font: { size: 11, color: colours.soft } } }),
    }),
  };
}

// ---- ranks -----------------------------------------------------------------------------------

function ranks(data) {
  const colours = palette(), say = words();
  const rows = { raw: rowsBelow(data, "raw"), clean: rowsBelow(data, "clean") };
  const at = (line, side) => (line[side] <= data.depth ? line[side] : rows[side].get(line));
  const colourOf = (line) => line.has_lost ? colours.raw
    : line.clean < line.raw ? colours.clean : colours.faint;
  const traces = data.lines.map((line) => ({
    type: "scatter", mode: "lines+markers", x: [0, 1], y: [at(line, "raw"), at(line, "clean")],
    line: { color: colourOf(line), width: line.has_lost ? 3 : 1.6 },
    marker: { color: colourOf(line), size: line.has_lost ? 8 : 6 },
    customdata: [[plain(line.id), line.raw, line.clean, grouped(line.orders[0]), grouped(line.orders[1])]].concat(
      [[plain(line.id), line.raw, line.clean, grouped(line.orders[0]), grouped(line.orders[1])]]),
    hovertemplate: "%{customdata[0]}<br>" + say.rank + " %{customdata[1]} → %{customdata[2]}<br>"
      + say.orders + " %{customdata[3]} → %{customdata[4]}<extra></extra>",
  }));
  const note = (line, side) => ({
    x: side === "raw" ? 0 : 1, y: at(line, side), xref: "x", yref: "y", showarrow: false,
    xanchor: side === "raw" ? "right" : "left", xshift: side === "raw" ? -10 : 10,
    font: { size: 11, color: line.has_lost ? colours.ink : colours.soft },
    text: side === "raw" ? plain(short(line.id, 11)) + "  " + line.raw : line.clean + "  " + plain(short(line.id, 11)),
  });
  return {
    traces,
    layout: frame(colours, {
      hovermode: "closest", dragmode: false, margin: { l: 4, r: 4, t: 26, b: 4 },
      annotations: data.lines.flatMap((line) =>
        ["raw", "clean"].map((side) => note(line, side))).concat(
        ["raw", "clean"].map((side) => ({
          x: side === "raw" ? 0 : 1, y: 1.04, xref: "x", yref: "paper", yanchor: "bottom",
          showarrow: false, text: say[side], font: { size: 11, color: colours.soft },
        }))),
      xaxis: { visible: false, fixedrange: true, range: [-0.75, 1.75] },
      yaxis: { visible: false, fixedrange: true, range: [lowest(data, at) + 0.6, 0.4] },
    }),
  };
}

// Whoever stands below the drawn places gets the next free row, in the order of ranks.
function rowsBelow(data, side) {
  const below = data.lines.filter((line) => line[side] > data.depth);
  below.sort((one, other) => one[side] - other[side]);
  return new Map(below.map((line, place) => [line, data.depth + 1.4 + place]));
}

function lowest(data, at) {
  return Math.max(2, ...data.lines.map((line) => Math.max(at(line, "raw"), at(line, "clean"))));
}

const KINDS = { timeline, ring, growth, ranks };
const DATA = JSON.parse(document.getElementById("charts").textContent);
