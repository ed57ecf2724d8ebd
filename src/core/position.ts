/** The position that the player of a play reports, and how much playing time it proves. */

/** The position of one play. */
export interface Position {
  /** As last reported; `undefined` until it is. */
  readonly reportedMs?: number | undefined;
  /** Playing time credited since that report without its proof. */
  readonly presumedMs: number;
  /** Whether it has been seen to advance, so that it can be relied on to do so. */
  readonly advances: boolean;
}

/** The position of a play that a list shows for the first time. */
export function initialPosition(reportedMs: number | undefined): Position {
  return { reportedMs, presumedMs: 0, advances: false };
}

/** Whether a report is newer than the last one and proves that something was played since. */
export function isAhead(
  { reportedMs }: Position,
  newMs: number | undefined,
): newMs is number {
  return reportedMs !== undefined && newMs !== undefined && newMs > reportedMs;
}

/** Applies a report that {@link isAhead}; returns the time it proves beyond the presumed. */
export function advance(
  { reportedMs = 0, presumedMs }: Position,
  newMs: number,
): [Position, provenMs: number] {
  const movedMs = newMs - reportedMs;
  const leftMs = Math.max(0, presumedMs - movedMs);
  return [
    { reportedMs: newMs, presumedMs: leftMs, advances: true },
    Math.max(0, movedMs - presumedMs),
  ];
}

/** Applies a report that proves nothing, as after a seek; without a position nothing changes. */
export function moveTo(position: Position, newMs: number | undefined): Position {
  return newMs === undefined ? position : { ...position, reportedMs: newMs, presumedMs: 0 };
}

/** Records playing time that was credited without a position. */
export function presume(position: Position, creditMs: number): Position {
  return { ...position, presumedMs: position.presumedMs + creditMs };
}
