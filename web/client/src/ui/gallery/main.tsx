/** The gallery: `gallery.html?page=vault&lang=en`. Dev and `--mode gallery` only; no page of it is in the built app. */
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { chooseLanguage, startLanguages } from '../../i18n';
import '../../styles/index.css';
import { AppShell } from '../components/AppShell';
import type { Language } from '../models';
import { SAMPLES } from './pages';

const query = new URLSearchParams(location.search);
const name = query.get('page') ?? '';
const asked: Language = query.get('lang') === 'en' ? 'en' : 'fr';
startLanguages(asked);

function Gallery() {
  const [language, setLanguage] = useState<Language>(asked);
  const sample = SAMPLES[name];
  if (!sample) {
    return (
      <ul>
        {Object.keys(SAMPLES).map((key) => (
          <li key={key}>
            <a href={`?page=${key}&lang=${language}`}>{key}</a>
          </li>
        ))}
      </ul>
    );
  }
  return (
    <AppShell
      account={sample.account}
      language={language}
      onLanguage={(next) => void chooseLanguage(next).then(() => setLanguage(next))}
      onSignOut={() => undefined}
      onOpenSettings={() => undefined}
      path={sample.path}
      bare={sample.path === '/view'}
    >
      {sample.page}
    </AppShell>
  );
}

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <Gallery />
    </StrictMode>,
  );
