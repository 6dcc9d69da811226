"""What maintainers run: documents, pictures, measurements. No part of the product."""
