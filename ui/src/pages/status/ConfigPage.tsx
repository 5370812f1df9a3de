import { Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';

import { config } from '../../api/keys';
import { Card } from '../../ui/Card';
import { CopyAction } from '../../ui/CopyAction';
import classes from './ConfigPage.module.css';
import { StatusFrame } from './StatusFrame';
import { partsOfLine } from './yaml';

export default function ConfigPage() {
  const { data: yaml } = useSuspenseQuery(config);
  return (
    <StatusFrame actions={<CopyAction value={yaml} what="configuration" />}>
      <Card label="Loaded configuration">
        {yaml.trim() === '' ? (
          <Text c="dimmed">The server runs without a configuration file.</Text>
        ) : (
          // A region that scrolls must be reachable by keyboard.
          <pre className={classes.yaml} tabIndex={0} aria-label="Loaded configuration as YAML">
            {yaml.split('\n').map((line, number) => (
              <span key={number} className={classes.line}>
                {partsOfLine(line).map((part, index) => (
                  <span key={index} className={classes[part.kind]}>
                    {part.text}
                  </span>
                ))}
                {'\n'}
              </span>
            ))}
          </pre>
        )}
      </Card>
    </StatusFrame>
  );
}
