/** Draws the dashboard of `data.json` with Grafana's own components, and sets the title when done. */
import "@fontsource/inter/400.css";
import "@fontsource/inter/500.css";
import "uplot/dist/uPlot.min.css";
import React from "react";
import { createRoot } from "react-dom/client";
import { createTheme, ThemeContext } from "@grafana/data";
import { GlobalStyles, PanelChrome } from "@grafana/ui";
import { framesOf } from "./frames.js";
import { register } from "./registries.js";
import { draw } from "./visualizations.jsx";

const COLUMN = 70;
const ROW = 38;
const GAP = 8;

function Cell({ panel, frames, range, theme }) {
  const { x, y, w, h } = panel.gridPos;
  const [width, height] = [w * COLUMN - GAP, h * ROW - GAP];
  const style = { left: x * COLUMN + GAP, top: y * ROW + GAP, width, height };
  if (panel.type === "row") {
    return <div className="cell" style={{ ...style, color: "#ccccdc" }}>⌄ {panel.title}</div>;
  }
  return (
    <div className="cell" style={style}>
      <PanelChrome title={panel.title} width={width} height={height}>
        {(innerWidth, innerHeight) =>
          draw({ panel, frames, width: innerWidth, height: innerHeight, range, theme })}
      </PanelChrome>
    </div>
  );
}

class Guard extends React.Component {
  state = {};
  static getDerivedStateFromError(error) {
    return { error };
  }
  render() {
    const { error } = this.state;
    return error ? <pre style={{ color: "red" }}>{String(error.stack)}</pre> : this.props.children;
  }
}

const { dashboard, results, ranges, now } = await (await fetch("./data.json")).json();
// Ages are those at the end of the span.
const realNow = Date.now;
const aheadMs = realNow() - now;
Date.now = () => realNow() - aheadMs;
const theme = createTheme({ colors: { mode: "dark" } });
register();
// Grafana measures texts before it draws them.
await Promise.all([400, 500].map((weight) => document.fonts.load(`${weight} 14px Inter`)));
const frames = new Map();
for (const panel of dashboard.panels) {
  frames.set(panel.id, await framesOf(panel, results[panel.id] ?? [], theme));
}
const bottom = Math.max(...dashboard.panels.map(({ gridPos: { y, h } }) => y + h));
const root = document.getElementById("root");
root.style.height = `${bottom * ROW + GAP}px`;
createRoot(root).render(
  <ThemeContext.Provider value={theme}>
    <GlobalStyles />
    {dashboard.panels.map((panel) => (
      <Guard key={panel.id}>
        <Cell panel={panel} frames={frames.get(panel.id)} range={ranges[panel.id]} theme={theme} />
      </Guard>
    ))}
  </ThemeContext.Provider>,
);
setTimeout(() => document.title = "done", 2_500);
