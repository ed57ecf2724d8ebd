/** Proxies that the environment names: a proxy would see the token, so none is used. */

/** Variables that would make Deno connect to Plex through a proxy. */
const PROXY_VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].flatMap((name) => [
  name,
  name.toLowerCase(),
]);

/** Unsets them, because a proxy would see the token. Returns a warning for each that was set. */
export function clearProxyVariables(
  environment: Pick<Deno.Env, "get" | "delete"> = Deno.env,
): string[] {
  const found = PROXY_VARIABLES.filter((name) => environment.get(name));
  found.forEach((name) => environment.delete(name));
  return found.map((name) =>
    `${name} has no effect: a proxy would see the token, so Plex is asked directly`
  );
}
