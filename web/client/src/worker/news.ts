/** What the engine says to the page unasked. */

/** The server knows the session no more. */
export const SESSION_ENDED = 'coffre session ended';
