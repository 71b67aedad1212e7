/** A JPEG of 2 × 3 grey pixels, made with Pillow. */
export const JPEG_2_BY_3 = Uint8Array.from(
  atob(
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6j' +
      'q62rZ4C8ybqmx5moq6T/wAALCAADAAIBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAABf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAI' +
      'AQEAAD8AVf/Z',
  ),
  (letter) => letter.charCodeAt(0),
);
