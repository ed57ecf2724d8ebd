/** The value of LISTEN_ADDRESS. */
import { quote } from "./quote.ts";
import { fromText, type TextSchema } from "./value_schemas.ts";

/** Where the exporter listens. Without a host: on all addresses. Port 0: on any free port. */
export interface ListenAddress {
  readonly hostname: string | undefined;
  readonly port: number;
}

const FORM = /^(?:\[(?<ipv6>[^\]]+)\]|(?<name>[^:\s[\]/]*)):(?<port>\d+)$/;

/** How to mend common mistakes; the first that matches applies. */
const MISTAKES: readonly (readonly [RegExp, advice: string])[] = [
  [/^\d+$/, 'a port alone needs a colon: ":9000"'],
  [/\//, 'write host:port without a scheme or a path, such as ":9000"'],
  [/^[^[]*:.*:/, 'an IPv6 address needs brackets: "[::1]:9000"'],
];

/** `host:port`, `:port` or `[IPv6]:port`. */
export const listenAddress: TextSchema<ListenAddress> = fromText((text, fail) => {
  const { ipv6, name, port } = FORM.exec(text)?.groups ?? {};
  if (port === undefined) {
    const [, advice = 'write host:port, such as ":9000" or "127.0.0.1:9000"'] =
      MISTAKES.find(([pattern]) => pattern.test(text)) ?? [];
    return fail(`is ${quote(text)}; ${advice}`);
  }
  if (Number(port) > 65_535) return fail(`has port ${port}; write one from 0 to 65535`);
  const host = ipv6 === undefined ? name : `[${ipv6}]`;
  if (host && !URL.canParse(`http://${host}`)) {
    return fail(`has ${quote(host)}, which is neither a host name nor an address`);
  }
  return { hostname: (ipv6 ?? name) || undefined, port: Number(port) };
});
