/**
 * What stands in files and may change while the exporter runs: tokens, the authority that Plex's
 * certificate is verified by, and how the exporter's own door is kept. A file that has become bad
 * is told of once, and what was read before stays in force.
 */
import {
  type Config,
  readAuthority,
  type ReadText,
  readTokenFile,
  readWebConfig,
  type WebConfig,
} from "./config/mod.ts";
import type { OpenLog } from "./log/mod.ts";
import { type Clock, sleep } from "./clock.ts";

/** Seldom enough to cost nothing, soon enough for a certificate that was renewed in good time. */
const RELOAD_INTERVAL_MS = 10_000;

export interface ReloadOptions {
  readonly config: Config;
  readonly log: OpenLog;
  /** Reads a file whole; throws if it can't. */
  readonly readText: ReadText;
}

/** The tokens in force, which are read again from their file when Plex rejects them. */
export interface TokenStore {
  token(index: number): string;
  /**
   * Reads the file again, if there is one; whether the server has another token now than the one
   * that was `rejected`. Another server's rejection may have brought it meanwhile.
   */
  renew(index: number, rejected: string): boolean;
}

/** Opens the tokens of the servers, by their place in the settings. The log hides them. */
export function createTokenStore({ config, log, readText }: ReloadOptions): TokenStore {
  let tokens = config.servers.map(({ token }) => token);
  let lastProblem: string | undefined;
  const hide = () => tokens.forEach((token) => log.redact(token.reveal()));
  hide();
  return {
    token: (index) => tokens[index]?.reveal() ?? "",
    renew(index, rejected) {
      const current = () => tokens[index]?.reveal();
      if (current() !== rejected) return true;
      if (config.tokenFile === undefined) return false;
      const read = readTokenFile(config.tokenFile, config.servers.length, readText);
      const [problem] = read.problems ?? [];
      if (problem !== undefined && problem !== lastProblem) {
        log.warn("Cannot read the token file again", { problem });
      }
      lastProblem = problem;
      tokens = [...read.tokens ?? tokens];
      if (current() === rejected) return false;
      hide();
      log.info("Read the token file again: it holds another token");
      return true;
    },
  };
}

/** The files that are looked at again and again. */
export interface Files {
  /** PEM certificates to trust when speaking to Plex, as they are now. */
  caCerts(): readonly string[];
  /** Resolves when nobody looks any more. */
  readonly done: Promise<void>;
}

export interface FilesOptions extends ReloadOptions {
  readonly clock: Clock;
  /** Ends the looking. */
  readonly signal: AbortSignal;
  /** The door is to be kept in another way from now on. Throws if it can't be. */
  readonly webChanged: (web: WebConfig, certificateChanged: boolean) => void;
}

/** Looks every ten seconds whether the files of the settings have changed. */
export function watchFiles(options: FilesOptions): Files {
  const { config, readText, log, clock, signal, webChanged } = options;
  let authority = config.certificateAuthority;
  let web = config.web;
  let told = "";

  const complain = (problems: readonly string[]) => {
    const text = problems.join("; ");
    if (text !== told && text !== "") {
      log.error("A file has changed and cannot be used; what was read before stays in force", {
        problems: text,
      });
    }
    told = text;
  };

  function readAuthorityAgain(): readonly string[] {
    if (authority === undefined) return [];
    const read = readAuthority(authority.path, readText);
    if (read.problems !== undefined) return read.problems;
    if (read.authority.pem === authority.pem) return [];
    authority = read.authority;
    log.info("Read PLEX_CA_FILE again: it has changed");
    return [];
  }

  function readWebAgain(): readonly string[] {
    if (web === undefined) return [];
    const read = readWebConfig(web.path, readText);
    if (read.problems !== undefined) return read.problems;
    const certificateChanged = certificateText(read.web) !== certificateText(web);
    if (!certificateChanged && accessText(read.web) === accessText(web)) return [];
    if ((read.web.certificate === undefined) !== (web.certificate === undefined)) {
      return ["WEB_CONFIG_FILE turns TLS on or off, which takes a restart"];
    }
    try {
      webChanged(read.web, certificateChanged);
    } catch (error) {
      return [`WEB_CONFIG_FILE: ${error instanceof Error ? error.message : String(error)}`];
    }
    web = read.web;
    log.info("Read WEB_CONFIG_FILE and its files again: they have changed");
    return [];
  }

  const look = async (): Promise<void> => {
    while (authority !== undefined || web !== undefined) {
      await sleep(clock, RELOAD_INTERVAL_MS, signal);
      if (signal.aborted) return;
      complain([...readAuthorityAgain(), ...readWebAgain()]);
    }
  };

  return {
    caCerts: () => authority === undefined ? [] : [authority.pem],
    done: look(),
  };
}

function certificateText({ certificate }: WebConfig): string {
  return certificate === undefined ? "" : certificate.cert + certificate.key.reveal();
}

/** Who may come in, and what they are told besides. */
function accessText({ users, headers }: WebConfig): string {
  return JSON.stringify([[...users].map(([name, hash]) => [name, hash.reveal()]), headers]);
}
