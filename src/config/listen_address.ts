/** The value of LISTEN_ADDRESS. */
import { quote } from "./quote.ts";
import { fromText, type TextSchema } from "./value_schemas.ts";

/** Where the exporter listens. Without a host: on all addresses. Port 0: on any free port. */
export interface ListenAddress {
  readonly hostname: string | undefined;
  readonly port: number;
}

/** `host:port`, `:port` or `[IPv6]:port`. */
export const listenAddress: TextSchema<ListenAddress> = fromText((text, fail) => {
  if (/^\d+$/.test(text)) return fail(`is ${quote(text)}; a port alone needs a colon: ":${text}"`);
  if (text.includes("/")) {
    return fail(`is ${quote(text)}; write host:port without a scheme or a path, such as ":9000"`);
  }
  const parts = /^(?:\[(?<six>[^\]]+)\]|(?<name>[^:\s[\]]*)):(?<port>\d+)$/.exec(text)?.groups;
  if (parts === undefined) {
    const hint = /^[^[]*:.*:/.test(text)
      ? 'an IPv6 address needs brackets: "[::1]:9000"'
      : 'write host:port, such as ":9000" or "127.0.0.1:9000"';
    return fail(`is ${quote(text)}; ${hint}`);
  }
  const port = Number(parts.port);
  if (port > 65_535) return fail(`has port ${parts.port}; write one from 0 to 65535`);
  const host = parts.six === undefined ? parts.name ?? "" : `[${parts.six}]`;
  if (host !== "" && !URL.canParse(`http://${host}`)) {
    return fail(`has ${quote(host)}, which is neither a host name nor an address`);
  }
  return Object.freeze({ hostname: (parts.six ?? parts.name) || undefined, port });
});
