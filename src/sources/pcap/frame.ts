/**
 * What passes from a file to whoever reads it: a captured frame, the clock its time is told by, a step through bytes.
 * Refuses to know file formats (container.ts, pcapng.ts) and what a frame holds (decode.ts).
 */

/** One captured frame. The object is reused: take from it what you need before you return. */
export interface Frame {
  view: DataView;
  /** Captured bytes: from `start` up to `end`, within `view`. */
  start: number;
  end: number;
  /** Bytes the frame had on the wire. */
  wireLength: number;
  /** Microseconds since the clock's origin, with a fraction. */
  timeUs: number;
  /** As tcpdump.org numbers them. */
  linkType: number;
  /** Which interface it was captured at, where the file tells several apart; 0 where it does not. */
  interfaceId: number;
  /** Whether the captured host sent it (true) or received it (false), where the file says so. */
  isOutgoing: boolean | undefined;
}

/** Times are kept as distances from the first frame's second, so that nanoseconds survive in a number. */
export interface Clock {
  /** Seconds since 1970; undefined until the first frame of the first file. */
  originS: number | undefined;
}

/** One header, block or record was read: its length, or how many bytes are needed to read it, or what is wrong. */
export type Step = { take: number } | { need: number } | { problem: string };
