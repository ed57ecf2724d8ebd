/** Keeps Deno from connecting to Plex through a proxy, which would see the token. */

/** The variables by which Deno chooses a proxy. */
const PROXY_VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].flatMap((name) => [
  name,
  name.toLowerCase(),
]);

/** Unsets the variables. Returns a warning for each that was set, without its value. */
export function clearProxyVariables(
  environment: Pick<Deno.Env, "get" | "delete"> = Deno.env,
): string[] {
  const found = PROXY_VARIABLES.filter((name) => environment.get(name));
  found.forEach((name) => environment.delete(name));
  return found.map((name) =>
    `${name} has no effect: a proxy would see the token, so the exporter connects to Plex directly`
  );
}
