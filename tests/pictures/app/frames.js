/** Answers of Prometheus as data frames, transformed and dressed as the panel says. */
import { applyFieldOverrides, cacheFieldDisplayNames, createDataFrame, FieldType, transformDataFrame } from "@grafana/data";
import { firstValueFrom } from "rxjs";
import { fieldOptions } from "./registries.js";

function legend(format, labels) {
  if (format === "__auto" || !format) {
    const { __name__: name = "", ...rest } = labels;
    const list = Object.entries(rest).map(([label, value]) => `${label}="${value}"`);
    return list.length === 0 ? name || "Value" : `${name}{${list.join(", ")}}`;
  }
  return format.replaceAll(/{{\s*(\w+)\s*}}/g, (_, label) => labels[label] ?? "");
}

function seriesFrames({ target, series, stepMs }) {
  return series.map(({ labels, points }) =>
    createDataFrame({
      refId: target.refId,
      fields: [
        { name: "Time", type: FieldType.time, // Grafana leaves a gap where a step is missing.
          values: points.map(([at]) => at),
          config: { interval: stepMs } },
        {
          name: "Value",
          type: FieldType.number,
          values: points.map(([, value]) => value),
          labels,
          config: { displayNameFromDS: legend(target.legendFormat, labels) },
        },
      ],
    })
  );
}

function tableFrame({ target, series }, alone) {
  const names = [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))];
  return createDataFrame({
    refId: target.refId,
    fields: [
      {
        name: "Time",
        type: FieldType.time,
        values: series.map(({ points: [[at]] }) => at),
        config: {},
      },
      ...names.map((name) => ({
        name,
        type: FieldType.string,
        values: series.map(({ labels }) => labels[name]),
        config: { filterable: true },
      })),
      {
        name: alone ? "Value" : `Value #${target.refId}`,
        type: FieldType.number,
        values: series.map(({ points: [[, value]] }) => value),
        config: {},
      },
    ],
  });
}

function raw(results) {
  return results.flatMap((result) =>
    result.target.format === "table"
      ? [tableFrame(result, results.length === 1)]
      : seriesFrames(result)
  );
}

/** The frames of a panel. */
export async function framesOf(panel, results, theme) {
  let frames = raw(results);
  if (panel.transformations?.length) {
    const context = { interpolate: (text) => text };
    frames = await firstValueFrom(transformDataFrame(panel.transformations, frames, context));
  }
  const dressed = applyFieldOverrides({
    data: frames,
    fieldConfig: panel.fieldConfig ?? { defaults: {}, overrides: [] },
    fieldConfigRegistry: fieldOptions,
    replaceVariables: (text) => text,
    theme,
    timeZone: "utc",
  });
  cacheFieldDisplayNames(dressed);
  return dressed;
}
