/** Warnings and remarks that came with a result. */

import { Alert } from '@mantine/core';

import { Icon } from '../../ui/Icon';
import classes from './Notices.module.css';

export function Notices({ warnings, infos }: { warnings: string[]; infos: string[] }) {
  return (
    <>
      {warnings.length > 0 && (
        <Alert color="yellow" icon={<Icon name="warning" />} mb="sm" py={8} title="Warnings" role="status">
          <NoticeList notices={warnings} />
        </Alert>
      )}
      {infos.length > 0 && (
        <Alert color="blue" icon={<Icon name="info" />} mb="sm" py={8} title="Remarks" role="status">
          <NoticeList notices={infos} />
        </Alert>
      )}
    </>
  );
}

function NoticeList({ notices }: { notices: string[] }) {
  return (
    <ul className={classes.list}>
      {notices.map((notice) => (
        <li key={notice}>{notice}</li>
      ))}
    </ul>
  );
}
