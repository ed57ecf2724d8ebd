/** Opens the way to a server that its settings ask for. It asks nothing by it. */
import type { Transport } from "./transport.ts";
import { fetchTransport } from "./fetch.ts";

export interface TransportOptions {
  /**
   * PEM certificates of CAs to trust besides the usual ones; asked for anew by every connection,
   * since they may change.
   */
  readonly caCerts?: (() => readonly string[]) | undefined;
  /** Takes any certificate. */
  readonly skipVerification?: boolean | undefined;
}

/** A transport for a server's address. Close it when the server is watched no more. */
export async function openTransport(server: URL, options: TransportOptions): Promise<Transport> {
  if (options.skipVerification && server.protocol === "https:") {
    // Loaded here only: it brings Node's TLS with it.
    const { insecureTransport: unverifiedTransport } = await import("./insecure.ts");
    return unverifiedTransport();
  }
  return fetchTransport(options.caCerts ?? (() => []));
}
