/** The libraries of a server: the list itself, and how to find what they hold. */
import type { Item, ItemType } from "./item.ts";
import { type Library, type LibraryTotals, totalsOf } from "./library.ts";
import type { LibraryGenerator, LibraryOptions } from "./library_generator.ts";

/** All libraries of a server, the oldest first. */
export class Libraries implements Iterable<Library> {
  readonly #generator: LibraryGenerator;
  readonly #plexNowS: () => number;
  readonly #libraries: Library[] = [];
  #lastId = 0;

  /** `plexNowS` returns the seconds of Plex's clock. */
  constructor(generator: LibraryGenerator, plexNowS: () => number) {
    this.#generator = generator;
    this.#plexNowS = plexNowS;
  }

  /** The libraries as they are now; the same list, however they change. */
  get all(): readonly Library[] {
    return this.#libraries;
  }

  [Symbol.iterator](): Iterator<Library> {
    return this.#libraries.values();
  }

  /** A new library under the next id, filled as its type suggests. */
  add(options: LibraryOptions): Library {
    this.#lastId += 1;
    const library = this.#generator.library(String(this.#lastId), options);
    library.items = this.#generator.fill(library);
    library.generated = this.#generator.generate(library, options.generated ?? 0);
    this.#libraries.push(library);
    return library;
  }

  /**
   * Removes a library with its items; those that are being played continue. Returns how to put it
   * back at its place.
   */
  remove(id: string): () => void {
    const library = this.get(id);
    const index = this.#libraries.indexOf(library);
    this.#libraries.splice(index, 1);
    return () => void this.#libraries.splice(index, 0, library);
  }

  /** Gives a library another title. */
  rename(id: string, title: string): void {
    const library = this.get(id);
    library.title = title;
    library.updatedAtS = this.#plexNowS();
  }

  /** The library with this id, if there is one. */
  find(id: string | undefined): Library | undefined {
    return this.#libraries.find((library) => library.id === id);
  }

  /** The library with this id; throws a `RangeError` if there is none. */
  get(id: string): Library {
    const library = this.find(id);
    if (library === undefined) throw new RangeError(`There is no library ${id}`);
    return library;
  }

  /** The item that has this rating key in a library, also if it is generated. */
  findItem(ratingKey: string): Item | undefined {
    for (const { items, generated } of this.#libraries) {
      const found = items.find((item) => item.ratingKey === ratingKey) ??
        generated?.find(ratingKey);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The stored items of this type, of one library or of all. */
  itemsOf(type: ItemType, libraryId?: string): readonly Item[] {
    return this.#libraries
      .filter(({ id }) => libraryId === undefined || id === libraryId)
      .flatMap(({ items }) => items.filter((item) => item.type === type));
  }

  /** Counts, bytes and milliseconds of each library as it is now. */
  totals(): readonly LibraryTotals[] {
    return this.#libraries.map(totalsOf);
  }
}
