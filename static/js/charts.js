/* Small charts in the colours of the page. Markup:
     {{ data|json_script:"chart-1" }}<div class="chart" data-chart="chart-1" role="img" aria-label="…"></div>
   data: {kind: "bar" | "line" | "ranking", labels: [], series: [{name, values: []}], unit: "元", urls: [] (optional)}.
   Needs vendor/echarts/echarts.common.min.js before it; load both only on pages that draw. */

import { all } from "./dom.js";

const COLOURS = ["--accent-6", "--grey-5", "--info-text", "--warning-text"];

const token = (name) => window.getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** 1234567 -> 123.5万, so that the axis stays narrow. */
function short(value) {
    const size = Math.abs(value);
    if (document.documentElement.lang.startsWith("zh")) {
        return size >= 1e8 ? `${+(value / 1e8).toFixed(1)}亿` : size >= 1e4 ? `${+(value / 1e4).toFixed(1)}万` : `${value}`;
    }
    return size >= 1e6 ? `${+(value / 1e6).toFixed(1)}M` : size >= 1e3 ? `${+(value / 1e3).toFixed(1)}k` : `${value}`;
}

function axes(data, narrow) {
    const quiet = { color: token("--text-quiet"), fontFamily: token("--font"), fontSize: 12 };
    const line = { lineStyle: { color: token("--line") } };
    const words = {
        type: "category",
        data: data.labels,
        axisLine: { lineStyle: { color: token("--line-strong") } },
        axisTick: { show: false },
        // Labels of months collide on phones.
        axisLabel: { ...quiet, rotate: narrow && data.kind !== "ranking" && data.labels.length > 5 ? 45 : 0 },
        inverse: data.kind === "ranking",
    };
    const numbers = { type: "value", axisLabel: { ...quiet, formatter: short }, splitLine: line, splitNumber: 4 };
    return data.kind === "ranking" ? { xAxis: numbers, yAxis: words } : { xAxis: words, yAxis: numbers };
}

function options(data, narrow) {
    const text = { color: token("--text"), fontFamily: token("--font"), fontSize: 12 };
    return {
        animation: false,
        color: COLOURS.map(token),
        grid: { left: 4, right: 12, top: data.series.length > 1 ? 32 : 12, bottom: 4, containLabel: true },
        legend: { show: data.series.length > 1, top: 0, right: 8, itemWidth: 12, itemHeight: 8, textStyle: text },
        tooltip: {
            trigger: "axis",
            renderMode: "richText",
            backgroundColor: token("--paper"),
            borderColor: token("--line-strong"),
            textStyle: text,
            valueFormatter: (value) => `${Number(value).toLocaleString("en")} ${data.unit || ""}`.trim(),
        },
        ...axes(data, narrow),
        series: data.series.map((row) => ({
            name: row.name,
            data: row.values,
            type: data.kind === "line" ? "line" : "bar",
            barMaxWidth: 18,
            symbolSize: 5,
        })),
    };
}

function draw(place) {
    const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    const chart = window.echarts.init(place, null, { renderer: "svg" });
    const refresh = () => chart.setOption(options(data, place.clientWidth < 480), true);
    refresh();
    if (data.urls) {
        chart.on("click", (event) => data.urls[event.dataIndex] && window.location.assign(data.urls[event.dataIndex]));
    }
    new ResizeObserver(() => {
        chart.resize();
        refresh();
    }).observe(place);
    // The colours follow the theme at once.
    new MutationObserver(refresh).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
}

all("[data-chart]").forEach(draw);
