/**
 * The panels, by type: figures, bars, curves and tables are Grafana's own components; the timeline,
 * the heat map and the text, which are not in its libraries, are drawn plainly.
 */
import React from "react";
import { BarGauge, BigValue, TimeSeries } from "@grafana/ui";
import { TableNG } from "@grafana/ui/unstable";
import { dateTime, getFieldDisplayName, getFieldDisplayValues } from "@grafana/data";

function Empty({ panel }) {
  const text = panel.fieldConfig?.defaults.noValue ?? "No data";
  return <div style={{ padding: 16, textAlign: "center", color: "#ccccdc99" }}>{text}</div>;
}

function displays({ panel, frames, theme }) {
  return getFieldDisplayValues({
    fieldConfig: panel.fieldConfig,
    reduceOptions: panel.options.reduceOptions,
    replaceVariables: (text) => text,
    theme,
    data: frames,
    timeZone: "utc",
  });
}

function Figures(props) {
  const { panel, width, height, theme } = props;
  const values = displays(props);
  const each = width / Math.max(1, values.length);
  return (
    <div style={{ display: "flex" }}>
      {values.map(({ display }, index) => (
        <BigValue
          key={index}
          value={display}
          width={each}
          height={height}
          theme={theme}
          colorMode={panel.options.colorMode}
          graphMode="none"
          justifyMode={values.length > 1 ? "center" : "auto"}
          textMode={panel.options.textMode}
        />
      ))}
    </div>
  );
}

function Bars(props) {
  const { panel, width, height, theme } = props;
  const values = displays(props);
  const each = Math.min(28, height / values.length - 6);
  const widest = values.reduce((a, b) => b.display.text.length > a.length ? b.display.text : a, "");
  const name = values.reduce(
    (a, { display }) => display.title?.length > a.length ? display.title : a,
    "",
  );
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 6 }}>
      {values.map(({ display, field, view }, index) => (
        <BarGauge
          key={index}
          value={display}
          field={field}
          display={view?.getFieldDisplayProcessor?.(0)}
          width={width}
          height={each}
          theme={theme}
          orientation="horizontal"
          displayMode={panel.options.displayMode}
          showUnfilled={false}
          valueDisplayMode="text"
          namePlacement="left"
          text={{ titleSize: 12, valueSize: 13 }}
          itemSpacing={6}
          lcdCellWidth={12}
          alignmentFactors={{ title: name, text: widest }}
        />
      ))}
    </div>
  );
}

function Curves({ panel, frames, width, height, range }) {
  const timeRange = {
    from: dateTime(range.from),
    to: dateTime(range.to),
    raw: { from: dateTime(range.from), to: dateTime(range.to) },
  };
  return (
    <TimeSeries
      frames={frames}
      structureRev={1}
      timeRange={timeRange}
      timeZone="utc"
      width={width}
      height={height}
      legend={panel.options.legend}
      options={panel.options}
    />
  );
}

const NAME_WIDTH = 90;

function Timeline({ frames, width, range }) {
  const rows = frames.map((frame) => ({ frame, field: frame.fields[1], time: frame.fields[0] }));
  const span = range.to - range.from;
  return (
    <div style={{ color: "#ccccdc", fontSize: 12 }}>
      {rows.map(({ frame, field, time }, index) => (
        <div key={index} style={{ display: "flex", alignItems: "center", height: 26 }}>
          <span style={{ width: NAME_WIDTH }}>{getFieldDisplayName(field, frame, frames)}</span>
          <span style={{ position: "relative", height: 20, width: width - NAME_WIDTH }}>
            {time.values.map((at, place) => {
              const next = Math.min(time.values[place + 1] ?? range.to, at + time.config.interval);
              const { color } = field.display(field.values[place]);
              return (
                <i
                  key={place}
                  style={{
                    position: "absolute",
                    height: 20,
                    left: `${(100 * (at - range.from)) / span}%`,
                    width: `${(100 * (next - at)) / span + 0.05}%`,
                    background: color,
                  }}
                />
              );
            })}
          </span>
        </div>
      ))}
    </div>
  );
}

function Heat({ frames, width, height }) {
  const most = Math.max(...frames.flatMap(({ fields }) => fields[1].values));
  const rows = frames.toReversed();
  const columns = Math.max(...rows.map(({ length }) => length));
  const size = [(width - 40) / columns, (height - 8) / rows.length];
  return (
    <div style={{ position: "relative", color: "#ccccdc", fontSize: 10 }}>
      {rows.map((frame, row) => (
        <React.Fragment key={row}>
          <span style={{ position: "absolute", top: row * size[1] }}>
            {getFieldDisplayName(frame.fields[1], frame, frames)}
          </span>
          {frame.fields[1].values.map((value, column) => (
            <i
              key={column}
              style={{
                position: "absolute",
                left: 40 + column * size[0],
                top: row * size[1],
                width: size[0] - 1,
                height: size[1] - 1,
                background: `rgba(255, 140, 30, ${Math.sqrt(value / most)})`,
              }}
            />
          ))}
        </React.Fragment>
      ))}
    </div>
  );
}

/** The inside of a panel. */
export function draw(props) {
  const { panel, frames, width, height } = props;
  if (panel.type === "text") {
    return <div style={{ padding: 8, color: "#ccccdc" }}>{panel.options.content}</div>;
  }
  if (frames.every(({ length }) => length === 0)) return <Empty panel={panel} />;
  switch (panel.type) {
    case "stat":
      return <Figures {...props} />;
    case "bargauge":
      return <Bars {...props} />;
    case "timeseries":
      return <Curves {...props} />;
    case "table":
      return (
        <TableNG
        data={frames[0]}
        width={width}
        height={height}
        sortBy={panel.options.sortBy}
        structureRev={1}
        cellHeight="sm"
      />
      );
    case "state-timeline":
      return <Timeline {...props} />;
    case "heatmap":
      return <Heat {...props} />;
  }
}
