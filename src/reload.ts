/**
 * Reloads the files that may change while the exporter runs: tokens, the certificate authority for
 * Plex, and the web configuration. If a file becomes invalid, this is logged once and the previous
 * content stays in force.
 */
import {
  type Config,
  readCaFile,
  type ReadText,
  readTokenFile,
  readWebConfig,
  type WebConfig,
} from "./config/mod.ts";
import { createLogOnce } from "./log/log_once.ts";
import type { OpenLog } from "./log/mod.ts";
import { type Clock, sleep } from "./clock.ts";

/** Rare enough to cost nothing, frequent enough for certificates that are renewed in time. */
const RELOAD_INTERVAL_MS = 10_000;

/** The settings whose files are read again. */
export interface ReloadOptions {
  readonly config: Config;
  readonly log: OpenLog;
  /** Reads a text file; throws if it cannot. */
  readonly readText: ReadText;
}

/** The tokens in force. They are read again from their file when Plex rejects them. */
export interface TokenStore {
  token(index: number): string;
  /**
   * Reads the token file again, if there is one. Returns whether the server now has another token
   * than the `rejected` one; an earlier rejection by another server may have reloaded the file.
   */
  renew(index: number, rejected: string): boolean;
}

/** Creates the store of tokens, indexed as the servers in the settings. The log redacts them. */
export function createTokenStore({ config, log, readText }: ReloadOptions): TokenStore {
  let tokens = config.servers.map(({ token }) => token);
  const problemLog = createLogOnce(log);
  const redact = () => tokens.forEach((token) => log.redact(token.reveal()));
  redact();
  return {
    token: (index) => tokens[index]?.reveal() ?? "",
    renew(index, rejected) {
      const current = () => tokens[index]?.reveal();
      if (current() !== rejected) return true;
      if (config.tokenFile === undefined) return false;
      const result = readTokenFile(config.tokenFile, config.servers.length, readText);
      const [problem] = result.problems ?? [];
      if (problem === undefined) problemLog.clear();
      else {
        const message = "Cannot reload the token file; the previous token stays in force";
        problemLog.report("warn", message, { problem }, problem);
      }
      tokens = [...result.value ?? tokens];
      // Before the comparison: the file may have new tokens for other servers only.
      redact();
      if (current() === rejected) return false;
      log.info("Reloaded the token file: it contains a new token");
      return true;
    },
  };
}

/** The files that are checked for changes. */
export interface WatchedFiles {
  /** PEM certificates to trust for connections to Plex, as last read. */
  caCerts(): readonly string[];
  /** Resolves when checking has stopped. */
  readonly done: Promise<void>;
}

/** How files are checked for changes. */
export interface WatchOptions extends ReloadOptions {
  readonly clock: Clock;
  /** Stops checking. */
  readonly signal: AbortSignal;
  /** Applies a changed web configuration. Throws if it cannot be used. */
  readonly webChanged: (web: WebConfig, certificateChanged: boolean) => void;
}

/** Checks every ten seconds whether the files of the settings have changed, and applies changes. */
export function watchFiles(options: WatchOptions): WatchedFiles {
  const { config, readText, log, clock, signal, webChanged } = options;
  let caFile = config.certificateAuthority;
  let web = config.web;
  const problemLog = createLogOnce(log);

  const report = (problems: readonly string[]) => {
    const text = problems.join("; ");
    if (text === "") problemLog.clear();
    else {
      const message = "A changed file cannot be used; the previous content stays in force";
      problemLog.report("error", message, { problems: text }, text);
    }
  };

  function reloadCaFile(): readonly string[] {
    if (caFile === undefined) return [];
    const result = readCaFile(caFile.path, readText);
    if (result.problems !== undefined) return result.problems;
    if (result.value.pem === caFile.pem) return [];
    caFile = result.value;
    log.info("Reloaded PLEX_CA_FILE");
    return [];
  }

  function reloadWebConfig(): readonly string[] {
    if (web === undefined) return [];
    const { value: next, problems } = readWebConfig(web.path, readText);
    if (problems !== undefined) return problems;
    const certificateChanged = certificateText(next) !== certificateText(web);
    if (!certificateChanged && accessText(next) === accessText(web)) return [];
    if ((next.certificate === undefined) !== (web.certificate === undefined)) {
      return ["WEB_CONFIG_FILE turns TLS on or off, which needs a restart"];
    }
    try {
      webChanged(next, certificateChanged);
    } catch (error) {
      return [`WEB_CONFIG_FILE: ${error instanceof Error ? error.message : String(error)}`];
    }
    web = next;
    log.info("Reloaded WEB_CONFIG_FILE and the files it names");
    return [];
  }

  const watch = async (): Promise<void> => {
    while (caFile !== undefined || web !== undefined) {
      await sleep(clock, RELOAD_INTERVAL_MS, signal);
      if (signal.aborted) return;
      report([...reloadCaFile(), ...reloadWebConfig()]);
    }
  };

  return {
    caCerts: () => caFile === undefined ? [] : [caFile.pem],
    done: watch(),
  };
}

function certificateText({ certificate }: WebConfig): string {
  return certificate === undefined ? "" : certificate.cert + certificate.key.reveal();
}

/** Users and headers as one text, to compare. */
function accessText({ users, headers }: WebConfig): string {
  return JSON.stringify([[...users].map(([name, hash]) => [name, hash.reveal()]), headers]);
}
