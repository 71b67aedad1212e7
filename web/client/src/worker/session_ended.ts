/** What the engine tells its page when the server ended the session. Apart, since the page's first view needs nothing else of the engine. */
export const SESSION_ENDED = 'coffre session ended';
