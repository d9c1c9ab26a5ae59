"""The accounts alone, for what refers to them from outside (Wagtail, allauth) comes before ours.

Each of its many changes renders every model that is connected with the accounts: with a hundred of
ours among them a fresh database takes twice as long.
"""

import django.db.models.functions.text
from django.db import migrations, models

import history.clock
import records.fields
import records.models.account


class Migration(migrations.Migration):
    initial = True

    dependencies = [("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('kind', models.CharField(choices=[('parent', '保護者'), ('staff', '職員')], default='parent', max_length=10, verbose_name='種別')),
                ('username', models.CharField(default=records.models.account.new_username, help_text='職員はこのIDでログインします。', max_length=60, unique=True, verbose_name='職員ID')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='メールアドレス')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='氏名')),
                ('password', records.fields.EncryptedTextField(verbose_name='パスワード')),
                ('is_active', models.BooleanField(default=True, verbose_name='利用中')),
                ('created_at', models.DateTimeField(default=history.clock.now, verbose_name='作成日時')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'アカウント',
                'verbose_name_plural': 'アカウント',
            },
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('kind', 'parent')), name='user_parent_email'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'parent'), models.Q(('email', ''), _negated=True)), models.Q(('email', ''), ('kind', 'staff')), _connector='OR'), name='user_email_is_parents', violation_error_message='職員アカウントにメールアドレスは登録しません。'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('is_superuser', False)), name='user_no_superuser'),
        ),
    ]
