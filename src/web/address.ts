/** Formats addresses for display and for URLs. */

/** Hostnames that mean all addresses of the machine. */
const ANY_ADDRESS: readonly string[] = ["", "::", "0.0.0.0"];

/** The hostname if it means one address; `undefined` if it means all addresses of the machine. */
export function specificHostname(hostname: string | undefined): string | undefined {
  return hostname === undefined || ANY_ADDRESS.includes(hostname) ? undefined : hostname;
}

/** A host as written in a URL: an IPv6 address in brackets. */
function bracketed(hostname: string): string {
  return hostname.includes(":") && !hostname.startsWith("[") ? `[${hostname}]` : hostname;
}

/**
 * The URL, without a trailing slash, by which this machine reaches the server: the loopback address
 * if it listens on all addresses, otherwise its address.
 */
export function localUrl(
  hostname: string | undefined,
  port: number,
  scheme: "http" | "https" = "http",
): string {
  return `${scheme}://${bracketed(specificHostname(hostname) ?? "127.0.0.1")}:${port}`;
}

/** `host:port`, as in LISTEN_ADDRESS. */
export function listenText(hostname: string | undefined, port: number): string {
  return `${bracketed(hostname ?? "")}:${port}`;
}

/** The address of a client. On a dual-stack socket `10.0.0.1` is `::ffff:10.0.0.1`. */
export function clientText(hostname: string): string {
  return hostname.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}
