/** The few words of the sandbox, in both languages; the app's tables stay out of the hostile frame. */
export interface Words {
  readonly image: string;
  readonly page: (number: number, total: number) => string;
  readonly frame: (number: number, total: number) => string;
  readonly brightness: string;
  readonly contrast: string;
  readonly reset: string;
  readonly drag: string;
  readonly reading: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly cut: string;
}

const FR: Words = {
  image: 'Image du document',
  page: (number, total) => `Page ${number} sur ${total}`,
  frame: (number, total) => `Image ${number} sur ${total}`,
  brightness: 'Luminosité',
  contrast: 'Contraste',
  reset: 'Réglages d’origine',
  drag: 'Glissez sur l’image pour régler la luminosité et le contraste.',
  reading: 'Aperçu pour la lecture, sans valeur de diagnostic.',
  zoomIn: 'Agrandir',
  zoomOut: 'Réduire',
  cut: 'La suite n’est pas affichée : téléchargez le document pour tout lire.',
};

const EN: Words = {
  image: 'Image of the document',
  page: (number, total) => `Page ${number} of ${total}`,
  frame: (number, total) => `Image ${number} of ${total}`,
  brightness: 'Brightness',
  contrast: 'Contrast',
  reset: 'Original settings',
  drag: 'Drag on the image to change brightness and contrast.',
  reading: 'For reading only, not for diagnosis.',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  cut: 'The rest is not shown: download the document to read all of it.',
};

export function wordsOf(lang: 'fr' | 'en'): Words {
  return lang === 'en' ? EN : FR;
}
