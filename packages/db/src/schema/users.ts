import { check, index, integer, sql, sqliteTable, text } from '../drizzle.ts';
import {
  inMilliseconds,
  isBoolean,
  isOneOf,
  lengthBetween,
  notNegative,
  setOnlyWith,
  withoutNul,
} from './column-checks.ts';

export const USER_ROLES = ['admin', 'user', 'viewer'] as const;

/** Accounts. User names are one whatever their case. */
export const users = sqliteTable(
  'users',
  {
    id: text('id').primaryKey(),
    username: text('username').notNull().unique(),
    /** argon2id; NULL: cannot sign in. */
    passwordHash: text('password_hash'),
    email: text('email'),
    name: text('name'),
    role: text('role', { enum: USER_ROLES }).notNull(),
    isActive: integer('is_active', { mode: 'boolean' }).notNull().default(true),
    failedLogins: integer('failed_logins').notNull().default(0),
    lockedUntil: integer('locked_until'),
    createdAt: integer('created_at').notNull(),
    lastLogin: integer('last_login'),
    suspendedAt: integer('suspended_at'),
    suspendedBy: text('suspended_by'),
    deletedAt: integer('deleted_at'),
    deletedBy: text('deleted_by'),
    forcePasswordChange: integer('force_password_change', { mode: 'boolean' }).notNull().default(false),
  },
  (t) => [
    index('idx_users_active_role')
      .on(t.role)
      .where(sql`${t.isActive} = 1`),
    index('idx_users_email')
      .on(sql`${t.email} COLLATE NOCASE`)
      .where(sql`${t.email} IS NOT NULL`),
    index('idx_users_last_login')
      .on(t.lastLogin)
      .where(sql`${t.deletedAt} IS NULL`),
    index('idx_users_suspended')
      .on(t.suspendedAt)
      .where(sql`${t.suspendedAt} IS NOT NULL`),
    index('idx_users_deleted')
      .on(t.deletedAt)
      .where(sql`${t.deletedAt} IS NOT NULL`),
    lengthBetween(t.id, 1, 500),
    lengthBetween(t.username, 1, 200),
    check('password_hash_is_argon2id', sql`${t.passwordHash} GLOB '$argon2id$*'`),
    check('password_hash_length', sql`length(${t.passwordHash}) <= 500`),
    lengthBetween(t.email, 3, 320),
    lengthBetween(t.name, 1, 200),
    isOneOf(t.role, USER_ROLES),
    isBoolean(t.isActive),
    isBoolean(t.forcePasswordChange),
    ...notNegative(t.failedLogins),
    ...inMilliseconds(t.lockedUntil, t.createdAt, t.lastLogin, t.suspendedAt, t.deletedAt),
    lengthBetween(t.suspendedBy, 1, 500),
    lengthBetween(t.deletedBy, 1, 500),
    setOnlyWith(t.suspendedAt, t.suspendedBy),
    setOnlyWith(t.deletedAt, t.deletedBy),
    withoutNul(t.id, t.username, t.passwordHash, t.email, t.name),
    withoutNul(t.suspendedBy, t.deletedBy),
  ],
);

export type User = typeof users.$inferSelect;
export type NewUser = typeof users.$inferInsert;
