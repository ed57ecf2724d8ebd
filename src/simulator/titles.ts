/**
 * Invented titles of films, shows, artists, albums, channels and programmes. Some contain quotes,
 * backslashes, line breaks and emoji, which Plex allows.
 */
import type { Channel } from "./item.ts";

export const filmTitles: readonly string[] = [
  "The Lamplighter's Ledger",
  'The "Quiet" Harbour',
  "C:\\Users\\Moon",
  "Zoë & the 🦊",
  "Nine Miles of Static",
  "A Cartographer in Love",
  "Saltwater Arithmetic",
  "The Last Ferry to Bellmoor",
  "Orchard Protocol",
  "Slow Comet",
  "Paper Lighthouse",
  "The Understudy's Umbrella",
  "Glass Meridian",
  "Two Spoons",
  "Winter Has a Postcode",
  "The Beekeeper's Alibi",
  "Copper Sky, Copper Sea",
  "Mr. Halloway Returns the Library",
  "Velvet Tractor",
  "The Tin Cathedral",
  "Half a Map",
  "Everything but the Tuba",
  "Midnight at the Ropeworks",
  "The Clockmender's Daughter's Clock",
];

export const showTitles: readonly string[] = [
  "Harbour Nine",
  "The Ordinary Detectives",
  "Kettle & Crown",
  "Signal Loss",
  "Bread, Actually",
  "Moth Season",
];

export const episodeTitles: readonly string[] = [
  "The Pilot",
  "Wet Paint",
  "A Door in the Floor",
  "Counting Gulls",
  "The Other Kettle",
  "Low Tide",
  "Nobody's Bicycle",
  "Finale (Part 1)",
];

export const artistNames: readonly string[] = [
  "The Paper Kettles",
  "Orla Finch",
  "Static Garden",
  "Brass Lighthouse",
  "Various Artists",
];

export const albumTitles: readonly string[] = [
  "Songs for\nEmpty Stations",
  "Undertow",
  "B-Sides & Breadcrumbs",
];

export const trackTitles: readonly string[] = [
  "Postcard From Nowhere",
  "Halfway Up",
  "Rust",
  "The Long Platform",
  "Lantern Waltz",
  "Nine to Never",
  "Kite",
];

export const photoAlbumTitles: readonly string[] = ["Seaside 2024", "Grandmother's garden", "Snow"];

export const homeVideoTitles: readonly string[] = [
  "First steps",
  "Birthday (shaky)",
  "School play",
  "The cat incident",
  "Boat trip",
];

export const channels: readonly Channel[] = [
  { number: "5.1", callSign: "HBR", title: "Harbour One" },
  { number: "9.2", callSign: "GULL", title: "Gull News" },
  { number: "12.1", callSign: "KTL", title: "Kettle TV" },
];

export const programmes: readonly string[] = [
  "The Late Weather",
  "Quiz of Quizzes",
  "News at Some Point",
];
