/** The settings of the server. */
import type { Simulation } from "../simulation.ts";
import { container, type Element } from "./plex_document.ts";

/** `/:/prefs`, with a few of the settings. */
export function preferencesDocument(simulation: Simulation): Element {
  const setting = (id: string, type: string, value: string | number | boolean): Element => ({
    id,
    label: id,
    summary: "",
    type,
    default: type === "bool" ? true : "",
    value,
    hidden: false,
    advanced: false,
    group: "general",
  });
  return container("Setting", [
    setting("FriendlyName", "text", simulation.server.friendlyName),
    setting("PublishServerOnPlexOnlineKey", "bool", simulation.server.mappingState !== "unknown"),
    setting("ButlerUpdateChannel", "int", 16),
    setting("ScannerLowPriority", "bool", false),
    setting("TranscoderQuality", "int", 0),
    setting("PlexOnlineToken", "text", "preference-token-0001-synthetic"),
  ]);
}
