"""What takes messages away: mail by SMTP, SMS by HTTP. Each says how every single message fared."""
