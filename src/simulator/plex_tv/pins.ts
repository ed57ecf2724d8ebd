/** The PINs of plex.tv, by which a user signs a device in (docs/plex/api.md#sign-in-pin). */
import type { Clock } from "../../clock.ts";
import type { Random } from "../random.ts";

/** A PIN of a device, which may have expired. */
export interface Pin {
  readonly id: number;
  /** What the user enters: four characters. */
  readonly code: string;
  readonly clientIdentifier: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** The account's token, once the user has entered the code. */
  authToken?: string;
}

/** Letters and digits that users do not mistake for each other. */
const CODE_CHARACTERS = [..."ABCDEFGHJKLMNPQRSTUVWXYZ23456789"];

/** All PINs that were created. */
export class Pins {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #lifetimeMs: number;
  readonly #pins = new Map<number, Pin>();

  constructor(clock: Clock, random: Random, lifetimeMs: number) {
    this.#clock = clock;
    this.#random = random;
    this.#lifetimeMs = lifetimeMs;
  }

  /** Creates a PIN for a device. */
  create(clientIdentifier: string): Pin {
    const createdAtMs = this.#clock.now();
    const pin: Pin = {
      id: this.#random.integer(100_000_000, 999_999_999),
      code: Array.from({ length: 4 }, () => this.#random.pick(CODE_CHARACTERS)).join(""),
      clientIdentifier,
      createdAtMs,
      expiresAtMs: createdAtMs + this.#lifetimeMs,
    };
    this.#pins.set(pin.id, pin);
    return pin;
  }

  /** A device's own PIN, even if it has expired. */
  find(id: number, clientIdentifier: string): Pin | undefined {
    const pin = this.#pins.get(id);
    return pin?.clientIdentifier === clientIdentifier ? pin : undefined;
  }

  /** Whether it has expired. */
  isExpired(pin: Pin): boolean {
    return pin.expiresAtMs <= this.#clock.now();
  }

  /** The user enters a code, in letters of either case. Throws if no PIN has it at present. */
  claim(code: string, authToken: string): void {
    const pin = [...this.#pins.values()].find((pin) =>
      pin.code === code.toUpperCase() && !this.isExpired(pin)
    );
    if (pin === undefined) throw new Error(`No PIN has the code ${code}`);
    pin.authToken = authToken;
  }
}
