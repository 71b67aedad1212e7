/** Starts the app: secrets leave the address bar first; then languages, styles, first render. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { Fragments } from './app/fragment';
import { startLanguages } from './i18n';
import './styles/index.css';

const fragments = new Fragments();
startLanguages();
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App fragments={fragments} />
    </StrictMode>,
  );
}
