/** Every component on one page. */
import { useState } from 'react';
import { Badge } from '../components/Badge';
import { Button, IconButton } from '../components/Button';
import { Card, Facts } from '../components/Card';
import { Checkbox, ChoiceGroup } from '../components/Choice';
import { Chips } from '../components/Chips';
import { CopyField } from '../components/CopyField';
import { ConfirmDialog } from '../components/Dialog';
import { EmptyState } from '../components/EmptyState';
import { FileDrop } from '../components/FileDrop';
import { Loading, SkeletonRows } from '../components/Loading';
import { Menu } from '../components/Menu';
import { Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { ProgressBar } from '../components/ProgressBar';
import { Tabs } from '../components/Tabs';
import { TextField } from '../components/TextField';
import { createToasts, ToastRegion } from '../components/Toast';
import { TypeSelect } from '../components/TypeSelect';

const nothing = () => undefined;
const toasts = createToasts();

export function Components() {
  const [text, setText] = useState('Ordonnance');
  const [on, setOn] = useState(true);
  const [choice, setChoice] = useState<'a' | 'b'>('a');
  const [chip, setChip] = useState('1');
  const [type, setType] = useState<string | undefined>('57833-6');
  const [asking, setAsking] = useState(false);
  return (
    <Page title="Composants">
      <Card title="Boutons">
        <div className="row">
          <Button variant="primary">Principal</Button>
          <Button>Discret</Button>
          <Button variant="plain">Simple</Button>
          <Button variant="danger" onPress={() => setAsking(true)}>
            Danger
          </Button>
          <Button variant="primary" pending>
            En cours
          </Button>
          <Button isDisabled>Inactif</Button>
          <IconButton icon="trash" label="Supprimer" />
          <Menu
            label="Menu"
            trigger={<Button icon="more">Menu</Button>}
            actions={[
              { id: '1', label: 'Réglages', icon: 'settings', onAction: nothing },
              { id: '2', label: 'Supprimer', icon: 'trash', danger: true, onAction: nothing },
            ]}
          />
          <Button onPress={() => toasts.add({ text: 'Lien copié' })}>Message</Button>
        </div>
      </Card>
      <Card title="Champs">
        <TextField label="Titre" value={text} onChange={setText} hint="Une aide." />
        <TextField label="Titre" value={text} onChange={setText} error="Une erreur." optional />
        <TypeSelect value={type} onChange={setType} />
        <Checkbox selected={on} onChange={setOn}>
          Une case
        </Checkbox>
        <ChoiceGroup
          label="Choix"
          value={choice}
          onChange={setChoice}
          choices={[
            { value: 'a', label: 'Premier' },
            { value: 'b', label: 'Second' },
          ]}
        />
        <Chips
          label="Filtres"
          selected={chip}
          onSelect={setChip}
          chips={[
            { id: '1', label: 'Tout', count: 12 },
            { id: '2', label: 'Imagerie', count: 3 },
          ]}
        />
        <CopyField
          label="Lien"
          text="https://coffre.exemple.fr/view#shlink:/eyJ1cmwiOiJodHRwczovL2NvZmZyZS5leGVtcGxl"
        />
      </Card>
      <Card title="Messages">
        <Notice title="À savoir">
          <p>Une information.</p>
        </Notice>
        <Notice tone="success">
          <p>C’est fait.</p>
        </Notice>
        <Notice tone="warning">
          <p>Attention.</p>
        </Notice>
        <Notice tone="error">
          <p>Une erreur.</p>
        </Notice>
        <div className="row">
          <Badge>Neutre</Badge>
          <Badge tone="info">Info</Badge>
          <Badge tone="success" icon="check">
            Succès
          </Badge>
          <Badge tone="warning">Alerte</Badge>
          <Badge tone="danger">Danger</Badge>
        </div>
        <ProgressBar label="Radio du poignet" value={0.42} />
        <ProgressBar label="Chiffrement" />
      </Card>
      <Tabs
        label="Onglets"
        items={[
          {
            id: '1',
            label: 'Un',
            content: (
              <Facts
                columns={2}
                facts={[
                  { term: 'Nom', value: 'Claire' },
                  { term: 'Ville', value: 'Lyon' },
                ]}
              />
            ),
          },
          { id: '2', label: 'Deux', content: <p>Deux</p> },
        ]}
      />
      <FileDrop onFiles={nothing} />
      <EmptyState icon="folder" title="Rien encore">
        Commencez ici.
      </EmptyState>
      <SkeletonRows rows={2} />
      <Loading />
      <ConfirmDialog
        title="Supprimer ?"
        text="Vraiment ?"
        open={asking}
        confirm="Supprimer"
        danger
        pending={false}
        onConfirm={nothing}
        onClose={() => setAsking(false)}
      />
      <ToastRegion toasts={toasts} />
    </Page>
  );
}
