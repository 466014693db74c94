/** The element that holds a snapshot's samples; alone here, so that a page without one loads no more than this. */
export const SNAPSHOT_ID = 'shoal-snapshot';
