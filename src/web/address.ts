/**
 * Addresses as people and other programs of this machine write them. It opens nothing.
 */

/** The addresses that stand for all of a machine's; undefined is no address given. */
const all: readonly (string | undefined)[] = [undefined, "", "::", "0.0.0.0"];

/** A host in the form that it has in a URL: an IPv6 address in brackets. */
function bracketed(hostname: string): string {
  return hostname.includes(":") && !hostname.startsWith("[") ? `[${hostname}]` : hostname;
}

/**
 * The URL, without a slash at its end, under which this machine itself reaches what listens here:
 * the loopback where it listens on all addresses, else the one address.
 */
export function localUrl(
  hostname: string | undefined,
  port: number,
  scheme: "http" | "https" = "http",
): string {
  const reachable = hostname === undefined || all.includes(hostname) ? "127.0.0.1" : hostname;
  return `${scheme}://${bracketed(reachable)}:${port}`;
}

/** `host:port`, as it would stand in LISTEN_ADDRESS. */
export function listenText(hostname: string | undefined, port: number): string {
  return `${bracketed(hostname ?? "")}:${port}`;
}

/** An IPv4 client as such: to a socket for both kinds `10.0.0.1` is `::ffff:10.0.0.1`. */
export function clientText(hostname: string): string {
  return hostname.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}
