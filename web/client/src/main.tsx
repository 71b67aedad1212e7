/** Starts the app: secrets leave the address bar first; then languages, styles, first render. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { Fragments } from './app/fragment';
import { again } from './app/lazily';
import { messagesOf, preferredLanguage, startLanguages } from './i18n';
import './styles/index.css';

const fragments = new Fragments();
const language = preferredLanguage();
const root = document.getElementById('root');
void again(() => messagesOf(language)).then((messages) => {
  startLanguages(language, { [language]: messages });
  if (root === null) return;
  createRoot(root).render(
    <StrictMode>
      <App fragments={fragments} />
    </StrictMode>,
  );
});
