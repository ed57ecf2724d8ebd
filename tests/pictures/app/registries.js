/** What Grafana's application registers and its libraries expect: field options, transformations. */
import {
  displayNameOverrideProcessor,
  FieldConfigOptionsRegistry,
  identityOverrideProcessor,
  numberOverrideProcessor,
  standardFieldConfigEditorRegistry,
  standardTransformers,
  standardTransformersRegistry,
  thresholdsOverrideProcessor,
  unitOverrideProcessor,
  valueMappingsOverrideProcessor,
} from "@grafana/data";

const option = (id, process, extra = {}) => ({
  id,
  path: id,
  name: id,
  description: "",
  process,
  shouldApply: () => true,
  getItemsCount: () => 0,
  editor: () => null,
  override: () => null,
  settings: {},
  ...extra,
});

const STANDARD = [
  option("unit", unitOverrideProcessor),
  option("min", numberOverrideProcessor),
  option("max", numberOverrideProcessor),
  option("decimals", numberOverrideProcessor),
  option("displayName", displayNameOverrideProcessor),
  option("noValue", identityOverrideProcessor),
  option("color", identityOverrideProcessor),
  option("mappings", valueMappingsOverrideProcessor),
  option("thresholds", thresholdsOverrideProcessor),
  option("links", identityOverrideProcessor),
];

const CUSTOM = ["width", "cellOptions", "lineWidth", "fillOpacity", "stacking", "drawStyle"]
  .map((name) =>
    option(`custom.${name}`, identityOverrideProcessor, { path: name, isCustom: true })
  );

export const fieldOptions = new FieldConfigOptionsRegistry(() => [...STANDARD, ...CUSTOM]);

export function register() {
  standardFieldConfigEditorRegistry.setInit(() => STANDARD);
  // Some are in the list twice, under two names.
  const transformations = new Map(Object.values(standardTransformers).map((each) => [each.id, each]));
  standardTransformersRegistry.setInit(() =>
    [...transformations.values()].map((each) => ({
      id: each.id,
      name: each.name,
      transformation: () => Promise.resolve(each),
      editor: () => null,
    }))
  );
}
