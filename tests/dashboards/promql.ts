/** Parses PromQL expressions by Prometheus' grammar. It evaluates nothing. */
import { parser } from "@prometheus-io/lezer-promql";
import type { SyntaxNode } from "@lezer/common";

/** A selector of series. */
export interface Selector {
  readonly metric: string;
  readonly labels: readonly string[];
  /** The enclosing function and its range, if any. */
  readonly fn?: string;
  readonly range?: string;
}

/** What an expression consists of. */
export interface Parts {
  /** Parts that are not PromQL. */
  readonly errors: readonly string[];
  readonly selectors: readonly Selector[];
  /** Labels of `by`, `on`, `group_left` and others. */
  readonly grouping: readonly string[];
  /** Labels that the expression creates. */
  readonly created: readonly string[];
}

/** Valid PromQL in place of Grafana's variables. */
const REPLACEMENTS: readonly (readonly [variable: string, text: string])[] = [
  ["$__rate_interval", "61s"],
  ["$__interval", "62s"],
  ["$__range", "63s"],
  ["$server", ".+"],
];

/** The variable that was replaced by a duration, or the duration itself. */
function original(duration: string): string {
  return REPLACEMENTS.find(([, text]) => text === duration)?.[0] ?? duration;
}

/** Parses an expression, in which Grafana's variables are allowed. */
export function parse(expression: string): Parts {
  const text = REPLACEMENTS.reduce((all, [name, value]) => all.replaceAll(name, value), expression);
  const errors: string[] = [];
  const selectors: Selector[] = [];
  const grouping: string[] = [];
  const created: string[] = [];
  const textOf = (node: { from: number; to: number }) => text.slice(node.from, node.to);
  parser.parse(text).iterate({
    enter(ref) {
      const { node } = ref;
      if (node.type.isError) {
        errors.push(`at ${node.from}: "${text.slice(node.from, node.from + 20)}"`);
      }
      if (node.name === "VectorSelector") selectors.push(selectorOf(node, textOf));
      if (node.name === "GroupingLabels") {
        grouping.push(...textOf(node).replace(/[()]/g, "").split(",").map((each) => each.trim()));
      }
      if (node.name === "FunctionCall" && /^label_(join|replace)\b/.test(textOf(node))) {
        const [, label] = /,\s*"(\w+)"/.exec(textOf(node).slice(textOf(node).lastIndexOf("}"))) ??
          [];
        if (label !== undefined) created.push(label);
      }
    },
  });
  return { errors, selectors, grouping: grouping.filter((each) => each !== ""), created };
}

function selectorOf(node: SyntaxNode, textOf: (node: SyntaxNode) => string): Selector {
  const metric = /^[\w:]*/.exec(textOf(node))?.[0] ?? "";
  const labels = [...textOf(node).matchAll(/(?:[{,]\s*)(\w+)\s*(?:=~|!~|!=|=)/g)]
    .map(([, label = ""]) => label);
  const { parent } = node;
  if (parent?.name !== "MatrixSelector") return { metric, labels };
  const range = original(/\[(\w+)\]$/.exec(textOf(parent))?.[1] ?? "");
  let call: SyntaxNode | null = parent;
  while (call !== null && call.name !== "FunctionCall") call = call.parent;
  const fn = call === null ? undefined : /^\w+/.exec(textOf(call))?.[0];
  return { metric, labels, range, ...(fn === undefined ? {} : { fn }) };
}
